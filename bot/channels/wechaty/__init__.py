"""WeChat, through a Wechaty gateway: one account that sits in its groups.

The only package that imports wechaty, wechaty_puppet, wechaty_grpc or grpclib, and it does so only
when a channel is started: who chats in the simulator never pays for it.

    channel   the port that the rest of the bot sees
    translate gateway events become the frozen events of bot.channels
    pump      events are prepared side by side and delivered in order
    outgoing  messages become calls, failures become NotSent or SendInDoubt
    account   wechaty's own bot, for plugins
    puppet    wechaty's own puppet, made to survive what a gateway sends
    directory the caches of who and where
    link      the connection: TLS, token, reconnect, watchdog
    sdk       wechaty imported so that it works on today's Python and leaves no traces
"""

from bot.channels.wechaty.channel import WechatyChannel
from bot.channels.wechaty.timing import Timing

__all__ = ["Timing", "WechatyChannel"]
