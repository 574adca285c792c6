// The real Wechaty gateway (wechaty-puppet-service) over its mock puppet, driven over HTTP by driver.py.
// node gateway.mjs '{"port":…,"control":…,"token":"…","world":"world.json","sent":"sent.jsonl","tls":false|true|{"cert":"…","key":"…"}}'
import fs from 'node:fs'
import http from 'node:http'
import { FileBox } from 'file-box'
import { puppet as grpc } from 'wechaty-grpc'
import { PuppetServer } from 'wechaty-puppet-service'
import { PuppetMock, mock } from 'wechaty-puppet-mock'

// The package hides this class; by its file it is the very one that the server uses.
const { EventStreamManager } = await import(
  new URL('./node_modules/wechaty-puppet-service/dist/esm/src/server/event-stream-manager.js', import.meta.url))

const options = JSON.parse(process.argv[2])
const BOT = options.bot
const CONTACT = 2, ROOM = 3, MEMBER = 4, TEXT = 7, RECALLED = 13
const calls = {}, failures = {}, aliases = {}, friendships = {}, people = new Set(), kept = {}
let streams, deaf = false, sequence = 0, attachments = 0

const start = EventStreamManager.prototype.start
EventStreamManager.prototype.start = function (stream) { streams = this; attachments += 1; return start.call(this, stream) }
const grpcEmit = EventStreamManager.prototype.grpcEmit
EventStreamManager.prototype.grpcEmit = function (...args) { if (!deaf) grpcEmit.apply(this, args) }

// `fail {call, mode, times}`: "throw" before it is done, "after" it is done, "hang" for ever.
async function failing (call, work) {
  calls[call] = (calls[call] ?? 0) + 1
  const failure = failures[call]
  if (!failure || failure.times <= 0) return work()
  failure.times -= 1
  if (failure.mode === 'hang') return new Promise(() => {})
  if (failure.mode === 'after') await work()
  throw new Error(failure.message ?? `made to fail: ${call}`)
}

class Puppet extends PuppetMock {
  async onStart () { calls.start = (calls.start ?? 0) + 1; return super.onStart() }
  async onStop () { calls.stop = (calls.stop ?? 0) + 1; return super.onStop() }

  send (call, conversation, message) {
    return failing(call, () => {
      if (!this.isLoggedIn) throw new Error('not logged in')
      const id = `out-${Date.now()}-${++sequence}`
      const room = conversation.includes('@') ? conversation : undefined
      fs.appendFileSync(options.sent, JSON.stringify({ id, conversation, ...message }) + '\n')
      mocker.cacheMessagePayload.set(id, {
        id, talkerId: BOT.id, roomId: room, listenerId: room ? undefined : conversation,
        text: message.text ?? '', type: message.type ?? TEXT, timestamp: Date.now(), mentionIdList: [],
      })
      if (options.echo) setImmediate(() => this.emit('message', { messageId: id }))
      return options.ids ? id : undefined
    })
  }
  messageSendText (to, text, mentions) { return this.send('sendText', to, { kind: 'text', text, mentions }) }
  messageSendUrl (to, link) { return this.send('sendUrl', to, { kind: 'link', link, type: 14 }) }
  async messageSendFile (to, file) {
    const data = await file.toBuffer()
    return this.send('sendFile', to, { kind: 'file', name: file.name, size: data.length, head: data.subarray(0, 8).toString('hex'), type: 6 })
  }
  messageRawPayload (id) { return failing('messagePayload', () => super.messageRawPayload(id)) }
  contactRawPayload (id) { return failing('contactPayload', () => super.contactRawPayload(id)) }
  roomRawPayload (id) { return failing('roomPayload', () => super.roomRawPayload(id)) }
  roomMemberRawPayload (room, id) {
    return failing('memberPayload', async () => {
      const { avatar, name } = await this.contactPayload(id)
      return { id, avatar, name, roomAlias: aliases[room]?.[id] ?? '' }
    })
  }
  ding (data) { failing('ding', () => setTimeout(() => this.emit('dong', { data }), 50)) }
  async messageForward (to, id) { return this.send('forward', to, { kind: 'forward', of: id }) }
  async messageImage (id) { return kept[id] ?? FileBox.fromBase64(Buffer.from('picture').toString('base64'), 'a.png') }
  async messageLocation () { return { accuracy: 1, address: '某路1号', latitude: 31.5, longitude: 121.25, name: '东门' } }
  async roomTopic (id, topic) { return topic === undefined ? mocker.roomPayload(id).topic : changeRoom(id, { topic }) }
  async roomAnnounce (id, text) { if (text === undefined) return kept[id] ?? ''; kept[id] = text }
  async contactAlias (id, alias) { if (alias === undefined) return kept[id] ?? ''; kept[id] = alias }
  async roomInvitationAccept (id) { calls[`accepted ${id}`] = 1 }
  async friendshipRawPayload (id) { return friendships[id] }
  async friendshipAccept (id) {
    calls[`accepted ${id}`] = 1
    const contact = friendships[id].contactId
    mocker.cacheContactPayload.set(contact, { ...mocker.contactPayload(contact), friend: true })
  }
}

const mocker = new mock.Mocker()
const puppet = new Puppet({ mocker })
puppet.on('error', () => {})
mocker.use(() => {
  const timer = setTimeout(() => { if (options.login && !puppet.isLoggedIn) puppet.login(BOT.id) }, 100)
  return () => clearTimeout(timer)
})

function addPerson (person) {
  const payload = { avatar: '', alias: '', phone: [], gender: 0, type: 1, friend: false, ...person }
  if (people.has(person.id)) {
    mocker.cacheContactPayload.set(person.id, { ...mocker.contactPayload(person.id), ...person })
    return puppet.dirtyPayload(CONTACT, person.id)
  }
  people.add(person.id)
  mocker.createContact(payload)
}
function changeRoom (id, change, quietly) {
  mocker.cacheRoomPayload.set(id, { ...mocker.roomPayload(id), ...change })
  puppet.cache.room.delete(id)
  if (!quietly) puppet.dirtyPayload(ROOM, id)
}
function addRoom ({ room, topic, owner, members, names }) {
  for (const id of members) if (!people.has(id)) addPerson({ id, name: names?.[id] ?? id })
  const payload = { topic, ownerId: owner, memberIdList: members, adminIdList: [], avatar: '' }
  if (mocker.cacheRoomPayload.has(room)) return changeRoom(room, payload)
  mocker.createRoom({ id: room, ...payload })
}
function say ({ id, room, sender, to, text, mentions, type, at, filename, payload, emit }) {
  id ??= `in-${Date.now()}-${++sequence}`
  if (payload !== false) {
    mocker.cacheMessagePayload.set(id, {
      id, talkerId: sender, roomId: room ?? undefined, listenerId: room ? undefined : to ?? BOT.id, text: text ?? '',
      timestamp: at ?? Date.now(), type: type ?? TEXT, mentionIdList: mentions ?? [], filename,
    })
  }
  if (emit !== false) puppet.emit('message', { messageId: id })
  return id
}

let server
async function up () {
  const { cert, key } = options.tls
  const own = cert ? { serverCert: fs.readFileSync(cert, 'utf8'), serverKey: fs.readFileSync(key, 'utf8') } : {}
  const tls = options.tls ? own : { disable: true }
  server = new PuppetServer({ endpoint: `127.0.0.1:${options.port}`, puppet, token: options.token, tls })
  await server.start()
}

const controls = {
  state: () => ({ attached: !!streams?.busy(), attachments, loggedIn: puppet.isLoggedIn, calls }),
  person: addPerson,
  room: addRoom,
  changeRoom: ({ room, change, quietly }) => changeRoom(room, change, quietly),
  alias: ({ room, id, alias }) => { (aliases[room] ??= {})[id] = alias; puppet.dirtyPayload(MEMBER, room) },
  friendship: (request) => { friendships[request.id] = { ticket: 't', timestamp: Date.now(), ...request }; puppet.emit('friendship', { friendshipId: request.id }) },
  say,
  says: ({ messages }) => messages.map(say),
  keepImage: ({ id, size, base64 }) => { kept[id] = base64 ? FileBox.fromBase64(base64, 'a.jpg') : FileBox.fromBuffer(Buffer.alloc(size, 7), 'big.png') },
  recall: ({ room, message, sender }) => say({ room, sender, text: message, type: RECALLED }),
  join: ({ room, members, inviter, at }) => {
    const before = mocker.roomPayload(room).memberIdList
    changeRoom(room, { memberIdList: [...new Set([...before, ...members])] })
    puppet.emit('room-join', { inviteeIdList: members, inviterId: inviter ?? '', roomId: room, timestamp: at ?? Date.now() })
  },
  leave: ({ room, members, remover, at }) => {
    const before = mocker.roomPayload(room).memberIdList
    changeRoom(room, { memberIdList: before.filter(id => !members.includes(id)) })
    puppet.emit('room-leave', { removeeIdList: members, removerId: remover ?? '', roomId: room, timestamp: at ?? Date.now() })
  },
  topic: ({ room, topic, changer }) => {
    const old = mocker.roomPayload(room).topic
    changeRoom(room, { topic })
    puppet.emit('room-topic', { changerId: changer, newTopic: topic, oldTopic: old, roomId: room, timestamp: Date.now() })
  },
  emit: ({ event, payload }) => { puppet.emit(event, payload) },
  raw: ({ type, payload }) => { // straight onto the stream, whatever it is
    const response = new grpc.EventResponse()
    response.setType(type)
    response.setPayload(payload)
    streams.eventStream.write(response)
  },
  fail: ({ call, mode, times, message }) => { failures[call] = { mode, times, message } },
  login: () => { puppet.login(BOT.id) },
  logout: async () => { await puppet.logout() },
  deaf: (on) => { deaf = on.deaf },
  foreignStop: async () => { streams.stop(); await puppet.stop() },
  down: async () => { await server.stop() },
  up,
}

addPerson(BOT)
const world = JSON.parse(fs.readFileSync(options.world, 'utf8'))
world.people.forEach(addPerson)
world.rooms.forEach(addRoom)
await up()

http.createServer((request, response) => {
  let body = ''
  request.on('data', chunk => { body += chunk })
  request.on('end', async () => {
    try {
      const result = await controls[request.url.slice(1)](body ? JSON.parse(body) : {})
      response.end(JSON.stringify(result ?? null))
    } catch (error) {
      response.statusCode = 500
      response.end(JSON.stringify({ error: String(error?.stack ?? error) }))
    }
  })
}).listen(options.control, '127.0.0.1')
process.on('unhandledRejection', error => console.error('unhandled', error))
process.on('uncaughtException', error => console.error('uncaught', error))
