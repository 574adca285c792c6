"""What a line of talk in a neighbours' group is about, when it is not about goods on offer.

These words change what the bare words after them mean; the cues of `nlp/intents` weigh a message by itself.
"""

import re

OTHER_SHOPS = re.compile(
    r"超市|某宝|淘宝|京东|拼多多|美团|饿了么|外卖|菜场|菜市场|商场|隔壁|别家|别的团|物业|平台|网上买|快餐|食堂|饭店|餐厅|馆子|包子铺"
    r"|市场|集市|双(?:11|十一|12)|618|直播间|网购|旗舰店|官网|抖音|小红书|闲鱼|二手|厂家|班级群|家长群|业主群"
    r"|(?<!你们)(?:那|这|他|她|人|别人)家(?:店|的|上次|上回|家|味|太|好|不|也|就|挺|真)|门口那家|楼下[^,，。]{0,4}店|机构|培训|理发|剪头"
)
"""Other shops and what they sell."""
DAILY_LIFE = re.compile(
    r"春游|班里|满月|满岁|喜糖|喜气|红蛋|充电宝|充电器|雨伞|轮椅|婴儿车|打气筒|螺丝刀|电钻|梯子|冰箱|空调|洗衣机|电视|电脑|手机|汽车"
    r"|作业|老师|学校|家长|幼儿园|放学|上课|考试|电梯|停水|停电|快递柜|车位|停车|堵车|地铁|医院|发烧|感冒|住院|疫苗|药"
    r"|球赛|进球|比分|电影|电视剧|麻将|打牌|三缺一|掼蛋|健身|跑步|股票|基金|加班|开会|相亲|钥匙|门禁|[猫狗](?:丢|跑|粮|拉|吐|病|咬|叫)"
    r"|(?:早上|中午|晚上|今晚|昨晚|早饭|午饭|晚饭|夜宵)[^,，。?？]{0,4}(?:[吃包煮炒炖做](?!法)|喝(?!法))"
    r"|(?<![\d一二两三四五六七八九十半几每这那整])[包煮炒炖蒸炸](?:了|着|点)?(?:饺子|馄饨|粽子|汤圆|[一-龥]{1,3}$)(?<![邮赔退装括])"
)
"""What neighbours talk of all day."""
INVITES = re.compile(
    r"谁(?:要|想|跟我|和我|一起|周末|晚上|明天|下午)*(?:去|来(?!一?[份盒箱])|陪|打球|打牌|订位|约)|三缺一|[差缺]一个"
    r"|有(?:没有)?人(?:想|要|一起|下午|晚上|周末|明天)*(?:去|打|玩|约|来(?!一?[份盒箱])|陪)|约(?:球|饭|牌|一个)"
    r"|一起(?:去|走|打|玩|吃饭)|打(?:麻将|牌|球|羽毛球|篮球|掼蛋)|报名(?:去|参加)|(?:我们|咱们)去(?!拿|取|领)"
    r"|举手|[去到][^,，。?？]{1,8}的(?:报|扣|接|说|吱)|聚餐|聚会|拼车|顺风车|爬山|游泳|露营|唱歌|看电影|志愿者|值班|生日"
    r"|[吃喝](?:啥|什么)|外卖|奶茶|火锅|烧烤|黄焖鸡|麻辣烫|衣服|衣裳|裙子|鞋子|链接发我|小[猫狗]|[猫狗].{0,6}生了"
)
"""Words that call for company or a helping hand, and what people meet for."""
OPINION = re.compile(
    r"必须|应该|支持|同意|建议|希望|投诉|太(?:吵|贵|过分|难|热|冷|累)|真(?:的)?(?:好|不|是|气|热|冷)|气死|无语|[跌涨]了|绿了"
)
"""What neighbours agree to with +1 and mean no goods."""
AGREES = re.compile(r"\s*(?:[+＋]\s?1|支持|同意|附议|赞|顶|我也是|👍)+\s*[!！。~]*")
ASKS_NUMBER = re.compile(r"几(?:个|位|杯|瓶|只|张|件|条|袋|包|本|斤)|(?:带|买|要|拿|取)[^,，]{0,4}几(?!点)")
"""“要几个人”: an amount behind it answers."""
OF_OURS = re.compile(r"还差|成团|截|够|凑|钱|订|接|报|团")
"""A question so is about the group buy after all."""
ASKS_FAVOUR = re.compile(r"(?:带|买|拿|借|捎|递|点)(?:个|点|瓶|份|把|盒|杯|一)")
"""“帮我带一瓶”: what is asked of a neighbour."""
ALSO = re.compile(r"^\s*(?:我|我家|俺|咱)?们?也")
"""“我也要”: like somebody before."""
AMOUNTS = re.compile(
    r"^\s*[a-zA-Z]?\s?[+＋]\s?\d|\d\s?[份盒箱板袋斤]|[一两二三四五六七八九十]\s?[份盒箱板袋斤]|接龙|团购|这团|截单"
)
"""An amount of something, or words of a group buy."""
GROUP_BUY = re.compile(r"^\s*[a-zA-Z]\s?[+＋x×]?\s?\d|接龙|团购|这团|截单|成团|团长|自提|下单")
"""A letter of an item, or what only a group buy has."""
