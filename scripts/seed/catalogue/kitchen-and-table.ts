import type { Shelf } from './shelf';

/** name | English name | yen | what it is | in English | shape of the picture */
export const kitchen: Shelf = {
  category: 'kitchen',
  makers: [
    [
      '燕三条 磨き屋',
      'Tsubame-Sanjo',
      1,
      '新潟・燕三条の工場で、一つずつ手で磨いて仕上げています。',
      'Polished by hand, one by one, in the workshops of Tsubame-Sanjo.',
    ],
    [
      '堺 一文',
      'Sakai Ichibun',
      1.35,
      '堺の職人が代々受け継いだ技で、使うほど手になじみます。',
      'Made in Sakai with a craft handed down for generations; it suits your hand better every year.',
    ],
    [
      'くらしの道具',
      'Kurashi',
      0.7,
      '毎日気軽に使える、丈夫で手入れの楽な定番です。',
      'A sturdy everyday staple that asks for little care.',
    ],
  ],
  goods: `
三徳包丁 165mm|Santoku knife, 165 mm|9800|肉・魚・野菜をこれ一本で。刃先まで薄く、軽い力で切れます。|One knife for meat, fish and vegetables, thin to the edge and light to cut with.|knife
ペティナイフ 120mm|Petty knife, 120 mm|6200|果物の皮むきや細かな飾り切りに扱いやすい小ぶりの一本です。|A small blade for peeling fruit and fine work.|knife
パン切り包丁|Bread knife|5400|焼きたての柔らかいパンも、つぶさずくずさず切り分けます。|Slices even fresh soft bread without crushing it.|knife
鉄フライパン 26cm|Iron frying pan, 26 cm|5800|強火で一気に。油がなじむほど焦げつきにくくなります。|Loves high heat, and sticks less the more you use it.|pan
卵焼き器|Rolled omelette pan|3900|厚手の底がむらなく熱を伝え、ふっくら焼き上がります。|A thick base spreads the heat for a fluffy tamagoyaki.|pan
ミルクパン 1.2L|Milk pan, 1.2 L|4300|注ぎ口つきで、だし取りにもソース作りにも重宝します。|With a lip for pouring: handy for stock, milk and sauces.|pot
炊飯土鍋 三合|Rice donabe for three cups|8800|火加減いらずの二重蓋。おこげのあるごはんが二十分で炊けます。|A double lid does the watching: rice with a crust in twenty minutes.|pot
木のまな板 ひのき|Hinoki cutting board|4600|刃当たりがやさしく、水切れのよいひのきの一枚板です。|A single piece of hinoki, kind to blades and quick to dry.|board
銅のおろし金|Copper grater|5200|大根おろしがふんわり。目立てを直せば一生使えます。|Airy grated daikon, and it can be re-cut to last a lifetime.|board
ステンレスざる 23cm|Stainless strainer, 23 cm|2600|目詰まりしにくく、縁に汚れがたまらない一体成形です。|A seamless rim that traps nothing and rinses clean.|bowl
ほうろうの保存容器|Enamel container|2200|におい移りがなく、そのまま火にもオーブンにもかけられます。|Takes no smells, and goes straight onto the hob or into the oven.|box
みそこし|Miso strainer|1400|だまにならず、さっと溶ける。すりこぎつきです。|Dissolves miso without lumps; comes with its pestle.|ladle
木べら さくら|Cherry wood spatula|1200|鍋の角に沿う形。炒め物にもジャム作りにも。|Shaped to the corner of the pan, for frying or stirring jam.|ladle
すり鉢 七寸|Suribachi, 21 cm|3100|ごまの香りが立つ深い櫛目。そのまま食卓にも。|Deep combed grooves that wake sesame up; pretty enough for the table.|bowl`,
};

export const tableware: Shelf = {
  category: 'tableware',
  makers: [
    [
      '有田焼',
      'Arita',
      1.2,
      '四百年の歴史を持つ有田の白磁。すっきりと澄んだ白です。',
      'Four hundred years of Arita porcelain: a clear, calm white.',
    ],
    [
      '益子焼',
      'Mashiko',
      1,
      '土のぬくもりが残る益子焼。料理をおおらかに受けとめます。',
      'Warm Mashiko stoneware that takes any food generously.',
    ],
    [
      '波佐見焼',
      'Hasami',
      0.85,
      '軽くて丈夫、電子レンジも食洗機も使える波佐見焼です。',
      'Light, tough Hasami ware, fit for microwave and dishwasher.',
    ],
  ],
  goods: `
飯碗|Rice bowl|1900|手におさまる丸み。軽く、毎日の一膳に。|Rounded to fit the hand; light enough for every day.|bowl
汁椀|Soup bowl|2400|口当たりのよい薄い縁で、熱が手に伝わりにくい形です。|A thin rim to drink from, and a shape that keeps the heat off your hands.|bowl
どんぶり|Donburi bowl|2600|麺にも丼にも。たっぷり入って倒れにくい高台です。|For noodles or rice bowls: roomy and steady on its foot.|bowl
取り皿 五寸|Side plate, 15 cm|1400|おかずの取り分けにも、お茶の時間の菓子皿にも。|For sharing dishes, or a sweet with tea.|plate
大皿 八寸|Serving plate, 24 cm|3800|メインを堂々と盛れる大きさ。余白がきれいに見えます。|Big enough for the main dish, with room to show it off.|plate
長角皿|Rectangular plate|2700|焼き魚が一尾のる細長い形。お寿司や前菜にも。|Long enough for a whole grilled fish, or sushi and starters.|plate
豆皿 五枚組|Set of five tiny plates|3300|薬味や箸置きに。柄の違う五枚が箱に入っています。|Five patterns in a box, for condiments or resting chopsticks.|plate
湯のみ|Tea cup|1700|指がかかる小さなくぼみつき。熱いお茶もしっかり持てます。|A small dent for the finger holds hot tea safely.|cup
マグカップ|Mug|2100|朝のコーヒーにちょうどよい三百ミリリットル。|Three hundred millilitres: just right for the morning coffee.|mug
蕎麦猪口|Soba choko cup|1500|つゆ、お茶、小鉢、デザート。使い方の広い小さな器です。|Dipping sauce, tea, a side dish or dessert: small and endlessly useful.|cup
急須|Kyusu teapot|4800|茶葉がよく開く丸い胴と、目の細かい茶こしを備えています。|A round belly lets leaves open, a fine strainer keeps them in.|teapot
徳利とぐい呑み|Sake flask and cups|4200|手に伝わる燗の温もりまで楽しめる三点組です。|A set of three that lets you feel the warmth of the sake.|bottle
箸 一双|Pair of chopsticks|1300|先が細く、豆もつまみやすい八角の箸です。|Octagonal, with fine tips that pick up a single bean.|chopsticks
花入れ|Bud vase|2900|野の花を一輪挿すだけで、食卓がやわらぎます。|One wild flower in it, and the table softens.|vase`,
};

export const tea: Shelf = {
  category: 'tea',
  makers: [
    [
      '宇治 茶舗',
      'Uji tea house',
      1.3,
      '京都・宇治の茶問屋が合組した、うまみの濃いお茶です。',
      'Blended by an Uji merchant, rich in umami.',
    ],
    [
      '静岡 山のお茶',
      'Shizuoka hills',
      1,
      '朝霧の立つ静岡の山あいで育てました。香りが涼やかです。',
      'Grown in the misty hills of Shizuoka; cool and fragrant.',
    ],
    [
      '八女 星野',
      'Yame Hoshino',
      1.15,
      '星の美しい八女・星野村の茶園から届きます。',
      'From the tea gardens of Hoshino in Yame, a village of stars.',
    ],
  ],
  goods: `
煎茶 100g|Sencha, 100 g|1300|爽やかな渋みと甘みの釣り合いがよい、毎日の一杯。|A daily cup balancing fresh astringency and sweetness.|teabag
深蒸し煎茶 100g|Deep-steamed sencha, 100 g|1500|濃い緑とまろやかな口当たり。水出しもおすすめです。|Deep green and mellow; good cold-brewed too.|teabag
玉露 50g|Gyokuro, 50 g|2800|とろりとした甘み。ぬるめのお湯でゆっくりどうぞ。|Silky sweetness; brew it slowly in lukewarm water.|tin
抹茶 30g|Matcha, 30 g|2400|石臼で挽いたばかりの、細かくて香り高い抹茶です。|Freshly stone-ground, fine and fragrant.|tin
ほうじ茶 150g|Hojicha, 150 g|900|浅炒りの香ばしさ。食後にも、眠る前にも。|Lightly roasted, for after dinner or before bed.|teabag
玄米茶 200g|Genmaicha, 200 g|850|炒った国産米の香りがふわりと立ちます。|The scent of roasted Japanese rice rises softly.|teabag
和紅茶 60g|Japanese black tea, 60 g|1200|渋みが少なく、何も入れずにおいしい紅茶です。|Low in tannin and lovely without milk or sugar.|tin
水出し緑茶 15袋|Cold-brew green tea, 15 bags|780|水に入れて三十分。夏の冷蔵庫に。|Thirty minutes in cold water, for the summer fridge.|teabag
そば茶 200g|Buckwheat tea, 200 g|760|香ばしくカフェインのない、家族みんなのお茶です。|Nutty and caffeine-free, for the whole family.|teabag
茶筅|Matcha whisk|2900|一本の竹から八十本の穂を割り出した、奈良・高山の茶筅です。|Eighty tines split from one piece of bamboo in Takayama, Nara.|whisk
茶さじ|Tea scoop|900|ひとすくいで一人分。山桜の木を削りました。|One scoop, one cup; carved from mountain cherry.|ladle
茶筒|Tea caddy|3600|蓋が音もなく落ちる、気密の高い銅の茶筒です。|A copper caddy whose lid sinks shut without a sound.|tin
鉄瓶 0.8L|Iron kettle, 0.8 L|16800|湯がまろやかになる南部の鉄瓶。使うほど内側が育ちます。|Nambu iron that softens the water and matures with use.|teapot
お茶うけ 詰め合わせ|Tea sweets, assorted|2300|落雁、金平糖、豆菓子。お茶に合う小さな甘みを集めました。|Rakugan, konpeito and sweet beans: small bites for tea.|box`,
};

export const food: Shelf = {
  category: 'food',
  makers: [
    [
      '蔵元 まるや',
      'Maruya brewery',
      1.1,
      '木桶でゆっくり寝かせた、蔵の味をそのまま詰めました。',
      'Aged slowly in cedar barrels and bottled as it is.',
    ],
    [
      '産直 里の市',
      'Sato market',
      1,
      '作った人の名前がわかる、里の市場からの産直品です。',
      'Straight from the village market, with the grower’s name on it.',
    ],
    [
      '海と山',
      'Umi to Yama',
      0.9,
      '余計なものは足さず、素材の味を大切にしています。',
      'Nothing added that need not be; the taste of the thing itself.',
    ],
  ],
  goods: `
丸大豆しょうゆ 500ml|Whole-bean soy sauce, 500 ml|980|二年熟成。刺身にも煮物にも深いうまみを添えます。|Aged two years; depth for sashimi and stews alike.|bottle
米みそ 500g|Rice miso, 500 g|860|麹の甘みがやさしい、だしのいらないほどの味噌です。|Sweet with koji, almost needing no stock.|jar
純米酢 360ml|Pure rice vinegar, 360 ml|720|つんとしない、まろやかな酸味。酢の物がごちそうに。|Mellow, never sharp; it turns a side dish into a treat.|bottle
ごま油 180g|Sesame oil, 180 g|890|じっくり炒って圧搾した、琥珀色の一番搾りです。|Slow-roasted, first pressed, amber.|bottle
利尻昆布 100g|Rishiri kombu, 100 g|1600|澄んだ上品なだしがとれる、天日干しの昆布です。|Sun-dried kelp for a clear and elegant stock.|leaf
かつお本枯節 80g|Aged bonito flakes, 80 g|1250|削りたての香り。お湯に放てばそれだけで一番だしに。|Freshly shaved; hot water makes it a first stock.|teabag
しいたけ どんこ 70g|Dried donko shiitake, 70 g|1380|原木栽培の肉厚などんこ。もどし汁までおいしく。|Thick log-grown caps, down to the soaking water.|mushroom
新米 コシヒカリ 2kg|New koshihikari rice, 2 kg|2180|つやと粘り、冷めてもおいしい今年の新米です。|This year’s harvest: glossy, sticky, good even cold.|ricebag
手延べそうめん 300g|Hand-pulled somen, 300 g|680|一晩寝かせて延ばした、細くてこしの強い麺です。|Rested overnight and pulled thin, with a firm bite.|noodles
十割そば 200g|Pure buckwheat soba, 200 g|740|石臼挽きのそば粉だけで打ちました。|Nothing but stone-ground buckwheat.|noodles
梅干し 250g|Umeboshi, 250 g|1450|塩と紫蘇だけで漬けた、昔ながらの酸っぱい梅です。|Only salt and shiso: sour, as they used to be.|jar
はちみつ 百花蜜 200g|Wildflower honey, 200 g|1980|山の花々から集めた、季節で香りの変わる蜜です。|From mountain flowers, with a scent that follows the season.|jar
りんごジュース 1L|Apple juice, 1 L|1180|完熟の津軽りんごを皮ごと搾りました。|Ripe Tsugaru apples pressed skin and all.|bottle
いちごジャム 150g|Strawberry jam, 150 g|820|粒を残して短く煮た、果実そのままの香りです。|Cooked briefly with whole berries for the scent of the fruit.|jar`,
};
