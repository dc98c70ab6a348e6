"""Counts calls for all workers of an installation, on Redis or Valkey, in one atomic script.

The rules are those of `memory_store`; the time is the server's.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

import redis

from . import windows
from .errors import Unavailable
from .memory_store import CONCURRENT, IN_A_HURRY, IN_TURN, NAP, PACE, TURN_SECONDS
from .windows import Ask, Window

SIZES_SECONDS = 7 * 86_400  # what a vendor told of a window's size is believed for so long
NOW = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
"""

# KEYS: blocked, slots, hurried, waiting, served, sizes, then a log for each bound. ARGV: ticket, party, urgent,
# in_flight, slot ms, place ms, turn ms, pace, then for each bound: window, ms, calls, part, own, paced, ms until one
# call is let through although all are used (0: never).
# Answers {wait in ms, why}: -1 blocked, 0 slots, -2 somebody in a hurry, -3 another's turn, n the n-th bound.
TAKE = (
    NOW
    + """
local blocked = redis.call('PTTL', KEYS[1])
if blocked > 0 then return {blocked, -1} end
local ticket, party, urgent = ARGV[1], ARGV[2], ARGV[3] == '1'
local wait, why, own = 0, 0, false
for i = 7, #KEYS do
  local at = 9 + (i - 7) * 7
  local length = tonumber(ARGV[at + 1])
  local size = tonumber(redis.call('HGET', KEYS[6], ARGV[at]) or ARGV[at + 2])
  local most = math.max(1, math.floor(size * tonumber(ARGV[at + 3]) + 0.000001))
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - length)
  local count, w = redis.call('ZCARD', KEYS[i]), 0
  if count >= most then
    w = redis.call('ZRANGE', KEYS[i], count - most, count - most, 'WITHSCORES')[2] + length - now
    local ask = tonumber(ARGV[at + 6])
    if ask > 0 then w = math.min(w, redis.call('ZRANGE', KEYS[i], -1, -1, 'WITHSCORES')[2] + ask - now) end
  elseif ARGV[at + 5] == '1' and count > 0 and count * 2 >= most then
    local leaves = redis.call('ZRANGE', KEYS[i], 0, 0, 'WITHSCORES')[2] + length - now
    local distance = math.max(ARGV[8] * length / most, leaves / (most - count))
    w = redis.call('ZRANGE', KEYS[i], -1, -1, 'WITHSCORES')[2] + distance - now
  end
  if w > wait then wait, why, own = w, i - 6, ARGV[at + 4] == '1' end
end
for i = 2, 4 do redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now) end
if wait <= 0 and redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then wait, why = tonumber(ARGV[7]), 0 end
redis.call('ZREM', KEYS[3], ticket)
redis.call('ZREM', KEYS[4], ticket .. ':' .. party)
if wait <= 0 and not urgent then
  if redis.call('ZCARD', KEYS[3]) > 0 then wait, why = tonumber(ARGV[7]), -2
  else
    local mine = tonumber(redis.call('HGET', KEYS[5], party) or -1)
    for _, one in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
      local other = string.match(one, '^%x+:(.*)$')
      if other ~= party and tonumber(redis.call('HGET', KEYS[5], other) or -1) < mine then
        wait, why = tonumber(ARGV[7]), -3
      end
    end
  end
end
if wait > 0 then
  if not own then
    local place = urgent and KEYS[3] or KEYS[4]
    local name = urgent and ticket or ticket .. ':' .. party
    redis.call('ZADD', place, now + math.min(wait, tonumber(ARGV[6])) + 1000, name)
    redis.call('PEXPIRE', place, 60000)
  end
  return {math.ceil(wait), why}
end
redis.call('ZADD', KEYS[2], now + ARGV[5], ticket)
redis.call('PEXPIRE', KEYS[2], ARGV[5])
redis.call('HSET', KEYS[5], party, now)
redis.call('PEXPIRE', KEYS[5], 86400000)
for i = 7, #KEYS do
  redis.call('ZADD', KEYS[i], now, ticket)
  redis.call('PEXPIRE', KEYS[i], tonumber(ARGV[10 + (i - 7) * 7]) + 1000)
end
return {0, 0}
"""
)

# KEYS: blocked. ARGV: milliseconds, window.
BLOCK = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1]) end
"""

# KEYS: slots, sizes, log, then a party's. ARGV: ms, left, whether calls may be taken off, window, calls, then what
# other plans allow. Answers the window's size.
TOLD = (
    NOW
    + """
local length, left = tonumber(ARGV[1]), tonumber(ARGV[2])
local size = tonumber(redis.call('HGET', KEYS[2], ARGV[4]) or ARGV[5])
if left > size then
  for i = 6, #ARGV do
    if tonumber(ARGV[i]) >= left then
      size = tonumber(ARGV[i])
      redis.call('HSET', KEYS[2], ARGV[4], size)
      redis.call('EXPIRE', KEYS[2], SIZES_SECONDS)
      break
    end
  end
end
local used = math.max(0, size - left)
local most = used + redis.call('ZCARD', KEYS[1])
for n = 3, #KEYS do
  redis.call('ZREMRANGEBYSCORE', KEYS[n], '-inf', now - length)
  local count = redis.call('ZCARD', KEYS[n])
  if n == 3 then
    for i = count + 1, used do redis.call('ZADD', KEYS[n], now, 'told:' .. now .. ':' .. i) end
    redis.call('PEXPIRE', KEYS[n], length + 1000)
  end
  if ARGV[3] == '1' and count > most + 5 then redis.call('ZREMRANGEBYRANK', KEYS[n], 0, count - most - 1) end
end
return size
""".replace("SIZES_SECONDS", str(SIZES_SECONDS))
)

# KEYS: logs. ARGV: ms of the window, ms until it begins anew.
RESET = (
    NOW
    + """
for _, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - ARGV[1])
  for _, call in ipairs(redis.call('ZRANGE', key, 0, -1)) do
    redis.call('ZADD', key, now + ARGV[2] - ARGV[1], call)
  end
end
"""
)


class RedisStore:
    """Out of reach, nothing can be counted: no call is made, and whatever else there was to note is let go, so that
    an answer which has arrived is not lost for it."""

    def __init__(self, client: redis.Redis, prefix: str = "tieback:limit") -> None:
        self._redis = client
        self._prefix = prefix
        self._take = client.register_script(TAKE)
        self._block = client.register_script(BLOCK)
        self._told = client.register_script(TOLD)
        self._reset = client.register_script(RESET)

    def take(self, scope: str, ask: Ask) -> tuple[float, str]:
        names = ("blocked", "slots", "hurried", "waiting", "served", "sizes", *(bound.log for bound in ask.bounds))
        try:
            milliseconds, why = self._take(keys=[self._key(scope, name) for name in names], args=_args(ask))
            name = self._name(scope, ask, why) if milliseconds > 0 else ""
        except redis.RedisError as error:
            raise Unavailable("The place where calls are counted cannot be reached, so none is made.") from error
        return max(0.0, milliseconds / 1000), name

    def _name(self, scope: str, ask: Ask, why: int) -> str:
        if why > 0:
            return ask.bounds[why - 1].window.name
        if why == -1:
            return self._text(self._redis.get(self._key(scope, "blocked")))
        return {0: CONCURRENT, -2: IN_A_HURRY, -3: IN_TURN}[why]

    @staticmethod
    def _text(value: object) -> str:
        return value.decode() if isinstance(value, bytes) else str(value or "")

    def release(self, scope: str, ask: Ask) -> None:
        with suppress(redis.RedisError), self._redis.pipeline(transaction=False) as pipe:
            pipe.zrem(self._key(scope, "slots"), ask.ticket)
            pipe.zrem(self._key(scope, "hurried"), ask.ticket)
            pipe.zrem(self._key(scope, "waiting"), f"{ask.ticket}:{ask.party}")
            pipe.execute()

    def block(self, scope: str, seconds: float, window: str) -> None:
        with suppress(redis.RedisError):
            self._block(keys=[self._key(scope, "blocked")], args=[max(1, int(seconds * 1000)), window or "quota"])

    def learn(self, scope: str, window: str, calls: int) -> None:
        key = self._key(scope, "sizes")
        with suppress(redis.RedisError):
            self._redis.hset(key, window, str(calls))
            self._redis.expire(key, SIZES_SECONDS)

    def told(self, scope: str, window: Window, logs: Collection[str], left: int) -> int:
        names = ("slots", "sizes", window.name, *(log for log in logs if log != window.name))
        keys = [self._key(scope, name) for name in names]
        args: list[str | int | float] = [int(window.length * 1000), left, int(window.is_long)]
        with suppress(redis.RedisError):
            return int(self._told(keys=keys, args=[*args, window.name, window.calls, *window.larger]))
        return window.calls

    def reset(self, scope: str, window: Window, logs: Collection[str], seconds: float) -> None:
        keys = [self._key(scope, log) for log in logs]
        with suppress(redis.RedisError):
            self._reset(keys=keys, args=[int(window.length * 1000), max(1, int(seconds * 1000))])

    def _key(self, scope: str, part: str) -> str:
        # One hash tag per scope keeps a script's keys together on a cluster.
        return f"{self._prefix}:{{{scope}}}:{part}"


def _args(ask: Ask) -> list[str | int | float]:
    limits = (int(windows.SLOT_SECONDS * 1000), int(NAP * 1000), int(TURN_SECONDS * 1000), PACE)
    args: list[str | int | float] = [ask.ticket, ask.party, int(ask.urgent), ask.in_flight, *limits]
    for bound in ask.bounds:
        window, paced = bound.window, not ask.urgent and not bound.window.is_long
        args += [window.name, int(window.length * 1000), window.calls, bound.part, int(bound.own), int(paced)]
        args.append(int(windows.ASK_AGAIN * 1000) if window.is_long else 0)
    return args
