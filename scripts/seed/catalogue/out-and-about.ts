import type { Shelf } from './shelf';

export const bags: Shelf = {
  category: 'bags',
  makers: [
    [
      '倉敷 帆布',
      'Kurashiki canvas',
      1.1,
      '倉敷の厚い帆布を、太い糸で縫い上げました。',
      'Heavy Kurashiki canvas, sewn with thick thread.',
    ],
    [
      '栃木レザー',
      'Tochigi leather',
      1.8,
      '植物の渋でなめした革が、年ごとに深い飴色になります。',
      'Vegetable-tanned leather that deepens to amber over the years.',
    ],
    [
      'かるがる',
      'Karugaru',
      0.7,
      '羽根のように軽く、はっ水で、たたむと手のひらに収まります。',
      'Feather-light, water-repellent, and folds into your palm.',
    ],
  ],
  goods: `
トートバッグ|Tote bag|7800|ノートパソコンも買い物も、これひとつで。|Laptop and groceries in the same bag.|tote
肩かけ鞄|Shoulder bag|9800|両手があき、体に沿う薄い形です。|Hands free, and slim against the body.|satchel
リュックサック|Backpack|13800|背中の当たりがよく、重い日も肩が楽です。|Sits well on the back, kind on heavy days.|backpack
巾着|Drawstring pouch|1600|旅の小分けに、お弁当入れに。|For packing small things, or lunch.|pouch
がま口|Clasp purse|2900|ぱちんと気持ちよく閉まる、大きく開く財布です。|Opens wide and shuts with a satisfying snap.|pouch
長財布|Long wallet|11800|札もカードも見やすく、薄いままです。|Notes and cards in view, and still thin.|wallet
二つ折り財布|Folding wallet|8900|手の中に収まり、小銭も取り出しやすい形です。|Fits the hand, with coins easy to reach.|wallet
名刺入れ|Card case|4800|渡す所作がきれいに見える、すべりのよい仕立てです。|Cards slide out with grace.|wallet
キーケース|Key case|3600|鍵が鞄の中で音を立てません。|Keeps keys quiet in your bag.|pouch
パスケース|Pass case|2800|改札で片手ですっと出せます。|Out with one hand at the gate.|wallet
エコバッグ|Shopping bag|1900|お米を入れても破れない、しっかりした縫製です。|Sewn to carry a bag of rice.|tote
風呂敷 90cm|Furoshiki, 90 cm|2400|贈り物にも瓶にも鞄にもなる、一枚の布です。|One cloth that wraps gifts and bottles, or becomes a bag.|cloth
旅行鞄|Travel bag|18800|二泊三日にちょうどよい、機内に持ち込める大きさです。|Cabin-sized, right for two nights away.|satchel
弁当袋|Lunch bag|2100|保冷の内張りつき。洗って繰り返し使えます。|Insulated inside, and washable.|tote`,
};

export const garden: Shelf = {
  category: 'garden',
  makers: [
    [
      '播州 三木',
      'Banshu Miki',
      1.2,
      '金物の町・三木の鍛冶が鍛えた、さびに強い刃です。',
      'Forged in Miki, a town of smiths, and slow to rust.',
    ],
    [
      '花と土',
      'Hana to Tsuchi',
      1,
      '園芸家と一緒に、使う手の動きから考えました。',
      'Thought out with gardeners, from the movement of the hand.',
    ],
    [
      'ベランダ菜園',
      'Balcony garden',
      0.8,
      '小さなベランダでもすぐ始められます。',
      'Start at once, even on a small balcony.',
    ],
  ],
  goods: `
移植ごて|Trowel|1800|土に吸い込まれるような薄い刃先と、木の柄です。|A thin edge that sinks into soil, on a wooden handle.|trowel
剪定ばさみ|Pruning shears|5800|太い枝も軽く切れ、切り口がきれいです。|Thick branches cut lightly, and clean.|scissors
芽切りばさみ|Bud scissors|3200|細かな手入れに向く、長い刃のはさみです。|Long blades for fine work.|scissors
じょうろ 2L|Watering can, 2 L|3600|はす口の細かな穴から、雨のように水が落ちます。|Fine holes that let water fall like rain.|wateringcan
素焼き鉢 五号|Terracotta pot, 15 cm|1200|根が息をする、飾らない鉢です。|A plain pot that lets roots breathe.|plantpot
盆栽鉢|Bonsai pot|4200|小さな木を引き立てる、深い藍の釉薬です。|Deep indigo glaze to set off a small tree.|plantpot
ミニ盆栽 五葉松|Miniature bonsai, white pine|6800|手のひらの上の松。育て方の本がつきます。|A pine in your palm, with a booklet on its care.|bonsai
苔玉|Moss ball|2900|水に浸けるだけの、丸い緑です。|A round green that only wants a dip in water.|bonsai
ハーブの種 五種|Five herb seeds|980|バジル、しそ、パクチー、ミント、カモミール。|Basil, shiso, coriander, mint and chamomile.|seeds
野菜の種 夏|Summer vegetable seeds|880|ミニトマト、きゅうり、なす。初めてでも実ります。|Cherry tomato, cucumber and aubergine: fruit for beginners.|seeds
球根 チューリップ 十球|Ten tulip bulbs|1100|秋に植えて、春に十の色。|Plant in autumn for ten colours in spring.|seeds
培養土 10L|Potting soil, 10 L|1300|腐葉土と赤玉を合わせた、軽くて水はけのよい土です。|Leaf mould and akadama: light, and drains well.|ricebag
園芸手袋|Garden gloves|1400|指先まで感じる薄さで、とげを通しません。|Thin enough to feel, thick enough for thorns.|gloves
麻ひも 100m|Jute twine, 100 m|760|支柱にも荷造りにも。そのまま土に還ります。|For stakes or parcels; it returns to the soil.|tape`,
};

export const kids: Shelf = {
  category: 'kids',
  makers: [
    [
      '木のおもちゃ もり',
      'Mori wooden toys',
      1.1,
      '口に入れても安心な、無塗装の国産材です。',
      'Unpainted Japanese wood, safe to chew.',
    ],
    [
      'えほんの森',
      'Picture book forest',
      0.9,
      '何度でも遊びたくなる、やさしい絵が入っています。',
      'Gentle pictures that ask to be played with again.',
    ],
    [
      'こども手しごと',
      'Little hands',
      1,
      '自分の手で作る楽しさを、対象年齢ごとに工夫しました。',
      'The joy of making it yourself, fitted to each age.',
    ],
  ],
  goods: `
つみき 三十個|Thirty building blocks|6800|角を丸くした九つの形。箱に片づけるのも遊びのうち。|Nine shapes with rounded corners; tidying up is part of the game.|blocks
けん玉|Kendama|2400|競技用と同じ重さと寸法で、長く遊べます。|Tournament weight and size, to grow with.|kendama
こま 二個組|Two spinning tops|1500|指でまわす小さなこま。色の輪が混ざります。|Spun by finger; watch the colours mix.|top
だるま落とし|Daruma otoshi|2800|こん、と一段抜けた時の気持ちよさ。|The joy of knocking out one layer.|daruma
木の汽車|Wooden train|4800|連結は磁石。三両が静かに走ります。|Three cars with magnet couplings, rolling quietly.|car
くるま|Toy car|1900|手になじむ小さな車。どこまでもまっすぐ走ります。|Small in the hand and straight as an arrow.|car
ままごと 野菜|Play vegetables|3400|さくっと切れる音がする、六つの野菜です。|Six vegetables with a satisfying crunch when cut.|box
くまのぬいぐるみ|Teddy bear|4200|洗える綿で作った、抱きやすい大きさのくまです。|A washable cotton bear, a good size to hug.|bear
パズル 四十八片|Puzzle, 48 pieces|1700|日本地図を遊びながら覚えられます。|Learn the map of Japan while playing.|puzzle
折り紙 二百枚|Origami paper, 200 sheets|680|両面の色が違う、折り筋のつきやすい紙です。|Two-coloured and easy to crease.|paper
クレヨン 十二色|Crayons, 12 colours|1300|米ぬかの油で作った、折れにくいクレヨンです。|Made with rice-bran oil, and hard to snap.|pencil
絵本 ねこの旅|Picture book: The Cat's Journey|1600|港から港へ。小さなねこの、大きな旅の話。|From port to port, a small cat on a long journey.|notebook
かるた|Karuta cards|1900|ことわざを覚える四十四枚。絵札を見るだけでも楽しい。|Forty-four proverbs; the pictures alone are a pleasure.|letter
紙ふうせん 三個|Three paper balloons|540|ぽんと打てば、ふわりと返ってきます。|Tap it, and it floats back.|balloon`,
};

export const outdoor: Shelf = {
  category: 'outdoor',
  makers: [
    [
      '山道具 こだま',
      'Kodama mountain gear',
      1.25,
      '北アルプスの山小屋と一緒に試し、軽さと強さを両立しました。',
      'Tried with mountain huts of the Northern Alps: light, and strong.',
    ],
    [
      '野あそび',
      'Noasobi',
      1,
      '近くの川原でも、初めてのキャンプでも。',
      'For a riverside nearby, or a first night out.',
    ],
    [
      '燕 野外製作所',
      'Tsubame field works',
      1.1,
      '金属加工の町・燕の精度を、外遊びの道具に。',
      'The precision of Tsubame’s metalworkers, outdoors.',
    ],
  ],
  goods: `
一人用テント|One-person tent|28800|五分で立つ自立式。雨の夜も結露が少ない二重の幕です。|Stands by itself in five minutes, with a double wall against damp.|tent
寝袋 三季用|Three-season sleeping bag|16800|八度まで快適。小さく丸めて二リットル。|Comfortable to 8 °C; packs to two litres.|sleepingbag
ランタン|Lantern|7400|ろうそくのような揺らぎまで選べる、充電式の灯りです。|Rechargeable, with a setting that sways like a candle.|lantern
チタンマグ 450ml|Titanium mug, 450 ml|3900|軽く、直火にかけられ、唇が熱くなりにくい縁です。|Light, fit for the flame, with a rim that stays cool.|mug
焚き火台|Fire pit|11800|薪がよく燃え、灰がきれいに残る、たためる焚き火台です。|Burns clean, leaves neat ash and folds flat.|firepit
飯ごう|Mess tin|4600|二合がふっくら。蓋はフライパンになります。|Rice for two, and the lid is a pan.|pot
折りたたみ椅子|Folding chair|8200|座面が低く、焚き火に近い椅子です。|A low seat, near the fire.|stool
水筒 500ml|Flask, 500 ml|3800|六時間たっても熱く、片手で開きます。|Hot for six hours, opened with one hand.|bottle
レジャーシート|Picnic sheet|2600|裏が水を通さず、四人でゆったり座れます。|Waterproof below and roomy for four.|mat
ナイフ 折りたたみ|Folding knife|5200|肥後守の形をした、小さくても切れる一本です。|In the shape of a higonokami: small, and sharp.|knife
双眼鏡 八倍|Binoculars, 8x|12400|鳥の羽根の色まで見える、明るいレンズです。|Bright glass that shows the colour of a feather.|binoculars
方位磁石|Compass|2900|針がすぐ止まる、油の入った磁石です。|Oil-filled, so the needle settles at once.|clock
登山靴下|Hiking socks|2200|足裏の厚みが、下り坂の衝撃を受けとめます。|Padded soles that soften the way down.|socks
雨具 上下|Rain suit|14800|軽くて蒸れにくく、小さくまとまる雨着です。|Light, breathable and small when packed.|shirt`,
};
