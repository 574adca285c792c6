// The Chinese words for what the server says in codes.

export const ROLES = { buyer: "买家", leader: "团长", agent: "客服" };

export const REFUSED = {
  stopped: "小团停下了，重新启动后再试",
  not_a_member: "这个人不在群里",
  not_yours: "只能撤回自己的消息",
  no_such_room: "没有这个群",
  already_chatting: "还在聊着呢",
  nobody_there: "这个群里没有邻居",
  not_understood: "没发出去：页面和小团的版本不一样，刷新一下",
  not_taken: "小团没能收下这条消息，看看它的日志",
};

export const EMPTY = {
  buyer: "试着问「草莓甜吗」。团长开团以后，发「+1」就接上龙了。",
  leader: "点下面的「开团…」，发一段团购介绍；小团会先说它怎么理解。",
  agent: "买家说东西坏了，工单就会到这里来。",
  private: "这里是和小团的私聊，群里看不到。",
};

const INTENTS = {
  product_question: "问商品",
  join_group_buy: "接龙",
  change_sign_up: "改接龙",
  cancel_sign_up: "退接龙",
  query_my_orders: "查我的单",
  logistics_question: "问物流",
  ask_human: "找人工",
  complaint: "投诉",
  leader_open: "开团",
  leader_close: "截单",
  leader_report: "看名单",
  chitchat: "闲聊",
};

const SUBS = {
  price: "价格", stock: "有没有货", spec: "规格", shipping: "配送", usage: "怎么用",
  authenticity: "真假", recommend: "推荐", damaged: "坏了", wrong_item: "发错", missing: "少了",
  late: "没到", quality: "质量", counterfeit: "假货", refund: "退款",
};

const FACTS = {
  intent: "意思", sub: "细分", product: "商品", confidence: "把握", rule: "规则", did: "做了",
  fine: "细说", handler: "由谁", said: "说了", notes: "原因",
};

export const intentWord = (intent) => INTENTS[intent] ?? intent;
export const subWord = (sub) => SUBS[sub] ?? sub;
export const factWord = (fact) => FACTS[fact] ?? fact;

/** What the bot did with a message: "answered", "noted" (it acted without a word), "silent", or null. */
export function outcome(why) {
  if (why.answered === true || why.said?.length) return "answered";
  if (why.handler) return "noted";
  return why.answered === false || why.intent ? "silent" : null;
}

export const OUTCOMES = { answered: "回应", noted: "记下", silent: "沉默" };

/**
 * The outcome in a word, and what the message was about; empty while nothing is known.
 * Commands of agents and answers to a question count as chitchat by themselves: not said of them.
 */
export function verdict(why) {
  const known = outcome(why);
  const about = why.intent === "chitchat" && known !== "silent" ? "" : intentWord(why.intent);
  return [OUTCOMES[known], about].filter(Boolean).join(" · ");
}
