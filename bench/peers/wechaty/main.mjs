// Wechaty in its own language over its mock puppet: events as a puppet emits them, better-sqlite3 as the store.
import fs from 'node:fs'
import Database from 'better-sqlite3'
import { WechatyBuilder } from 'wechaty'
import { PuppetMock, mock } from 'wechaty-puppet-mock'

const [log, store, outcome] = process.argv.slice(2)
const QUESTION = /^(.+?)(多少钱|还有吗|哪里产的|怎么存放|多少一份)$/
const ORDER = /^(?:([A-E])(\+?)(\d+)|要(\d+)份(.+)|(.+?)(\d+)份)$/
const COMPLAINT = /^(?:收到的)?(.+?)(烂了|坏了|少发|发错)/
const rows = fs.readFileSync(log.replace(/\.jsonl$/, '.csv'), 'utf8').trim().split('\n').slice(1)
const products = new Map(rows.map(row => row.split(',')).map(([, name, price, , place, keep]) => [name, { price, place, keep }]))
const lines = fs.readFileSync(log, 'utf8').trim().split('\n').slice(1).map(line => JSON.parse(line))
const offers = {}, messages = lines.filter(line => line.id), replied = []
for (const { id, room, text } of lines) if (!id && text.includes('日常团')) offers[room] = [...text.matchAll(/^([A-E]) (\S+)/gm)]

const db = new Database(store)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.exec(`CREATE TABLE handled (message TEXT PRIMARY KEY); CREATE TABLE ticket (id INTEGER PRIMARY KEY, room, buyer, text);
  CREATE TABLE sign_up (room, code, buyer, quantity INTEGER, PRIMARY KEY (room, code, buyer))`)
const handled = db.prepare('INSERT OR IGNORE INTO handled VALUES (?)')
const ticket = db.prepare('INSERT INTO ticket (room, buyer, text) VALUES (?, ?, ?)')
const signUp = db.prepare(`INSERT INTO sign_up VALUES (@room, @code, @buyer, @count) ON CONFLICT DO UPDATE
  SET quantity = @count + CASE WHEN @plus THEN quantity ELSE 0 END`)
const once = db.transaction((id, work) => handled.run(id).changes > 0 && (work(), true))

function answer (id, room, buyer, text) {
  let found
  if ((found = QUESTION.exec(text)) && products.has(found[1])) {
    const { price, place, keep } = products.get(found[1])
    return `${found[1]}：${{ 哪里产的: place, 怎么存放: keep, 还有吗: '有' }[found[2]] ?? price + '元'}`
  }
  if ((found = ORDER.exec(text))) {
    const [, letter, plus, number, first, named, other, last] = found
    const code = letter ?? offers[room].find(([, , name]) => name === (named ?? other))?.[1]
    const count = Number(number ?? first ?? last)
    return code && once(id, () => signUp.run({ room, code, buyer, count, plus: plus ? 1 : 0 })) && `${buyer} ${code}${count}`
  }
  found = COMPLAINT.exec(text)
  return found && products.has(found[1]) && once(id, () => ticket.run(room, buyer, text)) && '已登记，客服马上联系您'
}

let current, done
class Puppet extends PuppetMock {
  async messageSendText (to, text) { JSON.stringify({ to, text }); replied.push(current) }
}
const mocker = new mock.Mocker(), puppet = new Puppet({ mocker }), bot = WechatyBuilder.build({ puppet })
bot.on('message', async message => {
  const text = answer(message.id, message.room().id, message.talker().id, message.text())
  if (text) await message.room().say(text)
  done()
})
await bot.start()
mocker.login(mocker.createContact({ id: 'bot', name: 'bot' }))
const ids = [...new Set(messages.map(line => line.sender))], rooms = [...new Set(messages.map(line => line.room))]
for (const id of ids) mocker.createContact({ id, name: id })
for (const id of rooms) mocker.createRoom({ id, topic: id, memberIdList: ['bot', ...ids.filter(who => who.match(`^r${id.slice(4)}[pc]`))] })
const wire = messages.map(({ id, room, sender, text }) => Buffer.from(JSON.stringify({ id, roomId: room, talkerId: sender, text, type: 7, timestamp: Date.now(), mentionIdList: [] })))
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6 }
const spent = cpu(), started = performance.now()
for (const raw of wire) {
  const payload = JSON.parse(raw)
  current = payload.id
  mocker.cacheMessagePayload.set(payload.id, payload)
  await new Promise(resolve => { done = resolve; puppet.emit('message', { messageId: payload.id }) })
}
const row = { cpu: cpu() - spent, wall: (performance.now() - started) / 1000, messages: wire.length, ready_cpu: spent, rss_end_mb: process.memoryUsage().rss / 1e6 }
const taken = Object.fromEntries(db.prepare('SELECT * FROM sign_up').all().map(s => [`${s.room.slice(4)}:${s.code}:${s.buyer}`, s.quantity]))
fs.writeFileSync(outcome, JSON.stringify({ taken, tickets: db.prepare('SELECT count(*) AS n FROM ticket').get().n, replied }))
console.log(JSON.stringify(row))
process.exit(0)
