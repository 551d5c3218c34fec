import type { Shelf } from './shelf';

export const stationery: Shelf = {
  category: 'stationery',
  makers: [
    [
      '東京 紙工房',
      'Tokyo paper works',
      1,
      '下町の紙工房が、断裁から製本まで一貫して手がけます。',
      'Cut and bound start to finish by a downtown paper workshop.',
    ],
    [
      '越前和紙',
      'Echizen washi',
      1.3,
      '千五百年続く越前の和紙。にじみの少ない漉きの技です。',
      'Fifteen centuries of Echizen papermaking, and hardly any bleed.',
    ],
    [
      '青インク社',
      'Blue Ink Co.',
      0.85,
      '毎日書く人のために、軽さと書き味を突き詰めました。',
      'Light and smooth, for people who write every day.',
    ],
  ],
  goods: `
方眼ノート A5|Grid notebook, A5|680|開いたまま手を離せる糸かがり綴じ。裏抜けしにくい紙です。|Thread-sewn to lie flat, on paper that does not show through.|notebook
週間手帳|Weekly planner|2400|左に一週間、右は真っ白。予定も考えごとも一冊に。|The week on the left, a blank page on the right.|notebook
一筆箋|Note letter pad|560|ひとこと添えるのにちょうどよい、縦書きの便箋です。|For a few words, set down vertically.|letter
封筒 十枚組|Ten envelopes|480|手紙を開く前から嬉しい、手触りのよい封筒です。|Nice to hold even before they are opened.|letter
万年筆 細字|Fountain pen, fine|7800|止め、はね、はらいが美しく決まる国産の細字です。|A Japanese fine nib made for strokes, hooks and sweeps.|pen
ボールペン 0.5|Ballpoint pen, 0.5|1200|低い重心と真鍮の軸。すっと線が出ます。|A brass barrel, a low centre of gravity and a ready line.|pen
鉛筆 一ダース|Dozen pencils|960|芯が滑らかで折れにくい、杉の香りの鉛筆です。|Smooth, strong leads that smell of cedar.|pencil
インク 30ml|Bottled ink, 30 ml|1600|雨上がりの空の色。乾くと少し濃く落ち着きます。|The colour of the sky after rain, a shade deeper when dry.|ink
筆ペン|Brush pen|650|のし袋からイラストまで。穂先がばらけません。|From gift envelopes to drawings; the tip stays together.|brush
消しゴム|Eraser|220|軽くなでるだけで消え、消しかすがまとまります。|A light touch erases, and the crumbs gather themselves.|block
はさみ|Scissors|1900|刃の付け根から先まで同じ力で切れる角度です。|Angled to cut with the same effort from hinge to tip.|scissors
マスキングテープ 三巻|Washi tape, three rolls|540|貼ってはがせる和紙のテープ。季節の柄を三つ。|Paper tape that peels off again, in three patterns of the season.|tape
ブックカバー 文庫|Paperback cover|1800|読むほどつやの出る帆布と革のカバーです。|Canvas and leather that shine with reading.|notebook
ペンケース|Pen case|2300|口が大きく開いて、立てても使えます。|Opens wide and stands up on the desk.|pouch`,
};

export const home: Shelf = {
  category: 'home',
  makers: [
    [
      '飛騨の木工',
      'Hida woodwork',
      1.4,
      '飛騨の広葉樹を、釘を使わずに組み上げています。',
      'Hida hardwood, joined without nails.',
    ],
    [
      '暮らしの灯',
      'Kurashi no Akari',
      1,
      '夜の時間がゆっくりになる、やわらかな佇まいです。',
      'A gentle presence that slows the evening down.',
    ],
    [
      'まいにち',
      'Mainichi',
      0.75,
      '飽きのこない色と形で、どんな部屋にもなじみます。',
      'Colours and shapes that do not tire, at home in any room.',
    ],
  ],
  goods: `
テーブルランプ|Table lamp|12800|和紙を透かした灯りが、手元をやわらかく照らします。|Light through washi, soft on your hands.|lamp
キャンドル|Candle|1900|はぜの実から採った和ろうそく。炎が大きくゆらぎます。|A Japanese wax candle with a tall, swaying flame.|candle
クッションカバー 45cm|Cushion cover, 45 cm|2600|洗うほど柔らかくなるリネン。ファスナーは隠れています。|Linen that softens with washing, its zip out of sight.|cushion
ひざ掛け|Lap blanket|5400|うたた寝にちょうどよい大きさの、羊毛のひざ掛けです。|Wool, just the size for dozing off.|blanket
壁掛け時計|Wall clock|8600|秒針の音がしない、文字の読みやすい時計です。|No ticking, and figures that are easy to read.|clock
スツール|Stool|14800|踏み台にも花台にもなる、三本脚の腰掛けです。|Three legs: a seat, a step or a stand for flowers.|stool
かご 中|Basket, medium|4200|山ぶどうのつるで編んだ、年とともに艶の出るかごです。|Woven of wild vine, glossier every year.|basket
ごみ箱|Waste bin|3800|袋が外から見えない二重の縁。倒れにくい重さです。|A double rim hides the bag, and its weight keeps it upright.|box
ドアマット|Door mat|2900|砂をしっかり落とす、やしの繊維のマットです。|Coir that takes the sand off your shoes.|mat
お香 三十本|Incense, 30 sticks|1500|白檀をひとさじ。煙の少ない短いお香です。|A spoon of sandalwood in short, low-smoke sticks.|incense
写真立て|Photo frame|2200|はがき大。縦にも横にも置けます。|Postcard size, upright or on its side.|frame
風鈴|Wind chime|3400|一つとして同じ音のない、吹きガラスの風鈴です。|Blown glass; no two of them sound alike.|bell
うちわ|Uchiwa fan|1600|竹の骨がよくしなり、少ない力で大きな風が来ます。|Bamboo ribs that bend well: much wind for little work.|fan
小引き出し|Small drawers|9800|はがきも文具も収まる三段。取っ手は真鍮です。|Three drawers for cards and pens, with brass pulls.|box`,
};

export const bath: Shelf = {
  category: 'bath',
  makers: [
    [
      '今治 織物',
      'Imabari',
      1.15,
      '今治の軟水で晒した、水に沈むほどよく吸う織物です。',
      'Bleached in Imabari’s soft water; it drinks at once.',
    ],
    [
      '湯の里',
      'Yunosato',
      1,
      '湯治の町で長く使われてきた、飾らない道具です。',
      'Plain things from a hot-spring town, used there for ages.',
    ],
    [
      '素肌',
      'Suhada',
      0.9,
      '香料や着色料を使わず、敏感な肌にもやさしく作りました。',
      'No perfume, no dye: kind to sensitive skin.',
    ],
  ],
  goods: `
フェイスタオル|Face towel|1300|糸を撚らずに織った、ふんわり軽いタオルです。|Woven of untwisted yarn, light and soft.|towel
バスタオル|Bath towel|2900|一度でしっかり拭けて、部屋干しでも朝には乾きます。|Dries you in one go, and itself by morning.|towel
ガーゼハンカチ 二枚|Two gauze handkerchiefs|980|三重のガーゼ。汗をさらりと吸います。|Three layers of gauze that take sweat away.|cloth
石けん 100g|Bar soap, 100 g|780|釜で百時間練り上げた、泡のきめ細かい石けんです。|Kettle-made for a hundred hours, with a fine lather.|soap
シャンプー 300ml|Shampoo, 300 ml|2200|椿の油を補いながら、地肌をすっきり洗います。|Cleans the scalp while giving camellia oil back.|pump
ハンドクリーム|Hand cream|1400|べたつかず、水仕事のあとにすっとなじみます。|Sinks in after washing up, without stickiness.|tube
椿油 40ml|Camellia oil, 40 ml|1900|髪にも肌にも。五島の椿の種だけを搾りました。|For hair and skin, from the seeds of Goto camellias alone.|bottle
入浴剤 六包|Bath salts, six sachets|1200|ゆず、ひのき、よもぎ。季節の湯を家で。|Yuzu, hinoki and mugwort: seasonal baths at home.|teabag
湯おけ|Bath pail|4800|さわらの木を竹のたがで締めた、軽いおけです。|Sawara cypress hooped with bamboo; light to lift.|bucket
浴用ブラシ|Bath brush|2600|背中まで届く長い柄。馬毛が心地よく当たります。|A long handle for your back, with pleasant horsehair.|brush
ヘチマたわし|Loofah|640|畑で育てて乾かした、天然のたわしです。|Grown in a field and dried.|sponge
つげの櫛|Boxwood comb|5600|静電気が起きにくく、髪がするりと通ります。|Little static, and hair glides through.|comb
歯ブラシ 三本|Three toothbrushes|720|小さな頭と細い首で、奥まで届きます。|Small heads on slim necks that reach the back.|brush
珪藻土マット|Diatomite bath mat|3600|足を乗せたそばから、さらりと乾きます。|Dry again almost as you step off.|mat`,
};

export const clothing: Shelf = {
  category: 'clothing',
  makers: [
    [
      '児島 デニム',
      'Kojima',
      1.3,
      '岡山・児島の旧式織機で織った、表情のある生地です。',
      'Cloth with character from the old looms of Kojima.',
    ],
    [
      '遠州 木綿',
      'Enshu cotton',
      1,
      '遠州の綿を空気をはらむように織り、肌に軽く触れます。',
      'Enshu cotton woven full of air, light on the skin.',
    ],
    [
      '結',
      'Yui',
      0.8,
      '洗濯機で気軽に洗えて、毎日着られる仕立てです。',
      'Made for the washing machine and for every day.',
    ],
  ],
  goods: `
Tシャツ 白|White T-shirt|3900|透けにくい厚さと、首のよれない編み方です。|Thick enough not to show, and the neck keeps its shape.|shirt
リネンシャツ|Linen shirt|9800|風の通る生地。しわまで着こなしになります。|Breezy cloth whose creases are part of it.|shirt
デニムパンツ|Denim trousers|14800|はくほど体に沿い、色の変わり方を楽しめます。|They follow your body and fade in their own way.|trousers
もんぺパンツ|Monpe trousers|7200|立っても座っても楽な、昔ながらの形を今の細さに。|The old comfortable cut, in a slimmer line.|trousers
ウールセーター|Wool sweater|12800|軽くて暖かい、首の詰まりすぎない一枚です。|Light and warm, not too close at the neck.|sweater
カーディガン|Cardigan|9600|肩に掛けても形のきれいな、薄手の羽織りです。|Thin, and good-looking over the shoulders.|sweater
靴下 三足組|Three pairs of socks|1800|かかとが深く、ずり落ちません。|A deep heel, so they stay up.|socks
五本指靴下|Toe socks|980|指の間までさらさら。足がよく動きます。|Dry between the toes, and your feet move freely.|socks
手ぬぐい|Tenugui towel|1200|注染で染めた、表も裏も鮮やかな一枚です。|Pour-dyed, bright on both sides.|cloth
マフラー|Scarf|4800|ちくちくしない細い羊毛。軽く二巻きできます。|Fine wool that does not itch, long enough for two turns.|scarf
帽子|Hat|4200|つばの角度を好みに変えられ、たたんで鞄に入ります。|A brim to set as you like; folds into a bag.|hat
エプロン|Apron|4600|肩に負担のかからない、背中で交わる掛け方です。|Crosses at the back, so the shoulders carry nothing.|apron
パジャマ|Pyjamas|8800|二重ガーゼが一年じゅう心地よい、ゆったりした仕立て。|Roomy double gauze, pleasant all year.|shirt
雨傘|Umbrella|6800|軽い十六本骨。風をいなして静かに開きます。|Sixteen light ribs that give in the wind and open quietly.|umbrella`,
};
