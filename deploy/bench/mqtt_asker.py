"""A client that knows what became of each of its requests: QoS 1, a session of its own, correlation data for each."""
import json
import threading
import time
from collections import Counter

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

NOT_SUBSCRIBED = 0x10


def connected(port, name, on_message, filters, session_seconds=0):
    """A client of MQTT 5 that listens, on a thread of its own."""
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
    client.max_inflight_messages_set(1000)
    client.on_message = on_message
    listening = threading.Event()
    client.on_connect = lambda *_: client.subscribe([(topic, 1) for topic in filters])
    client.on_subscribe = lambda *_: listening.set()
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = session_seconds
    for attempt in range(100):
        try:
            client.connect("127.0.0.1", port, clean_start=session_seconds == 0, properties=properties)
            break
        except OSError:
            time.sleep(0.1)
    client.loop_start()
    if not listening.wait(20):
        raise TimeoutError(f"{name} cannot listen to {filters}")
    return client


class Request:
    """One request: when it was sent, and each answer that came, with its time."""

    __slots__ = ("sent", "answers", "refusals", "next")

    def __init__(self):
        self.sent, self.answers, self.refusals, self.next = [], [], [], None

    def seconds(self):
        return self.answers[0][0] - self.sent[0]


class Asker:
    """
    Asks at a rate, or as fast as answers come.

    body: a request's fields by its number; window: most unanswered at a time; rate: new ones a second; expiry: seconds after
    which the broker and the device give a request up; again: seconds without an answer after which it is sent once more, the
    same with the same correlation data. What is refused with `retry_after_ms` is sent again when that has passed.
    """

    def __init__(self, port, name, topic, reply, body, window=1000, rate=None, expiry=None, again=None):
        self.topic, self.reply, self.body = topic, reply, body
        self.window, self.rate, self.expiry, self.again = window, rate, expiry, again
        self.requests, self.open, self.unheard, self.strange = [], set(), 0, []
        self.sent, self.taken = 0, 0
        self.changed, self.sending, self.closed, self.due = threading.Condition(), False, False, 0.0
        self.mqtt = connected(port, name, self.received, [reply], session_seconds=3600)
        self.mqtt.on_publish = self.published
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def begin(self):
        with self.changed:
            self.sending, self.due = True, time.perf_counter()
            self.changed.notify_all()

    def end(self):
        """Sends nothing new; what is unanswered stays so until `settle`."""
        with self.changed:
            self.sending = False

    def burst(self, count):
        """Sends so many at once; returns when the broker has them: how many have no answer yet."""
        with self.changed:
            for _ in range(count):
                self.new()
            sent = self.sent
            while self.taken < sent:
                self.changed.wait(0.01)
            return len(self.open)

    def settle(self, limit):
        """Whether every request has its answer, at the latest after so many seconds."""
        with self.changed:
            return self.changed.wait_for(lambda: not self.open, limit)

    def close(self):
        self.closed = True
        self.thread.join(10)
        self.mqtt.disconnect()
        self.mqtt.loop_stop()

    def run(self):
        while not self.closed:
            with self.changed:
                self.send_due()
                self.changed.wait(0.01 if self.rate else 0.05)

    def send_due(self):
        now = time.perf_counter()
        for number in [n for n in self.open if self.requests[n].next is not None and now >= self.requests[n].next]:
            self.send(number)
        while self.sending and len(self.open) < self.window and (self.rate is None or self.due <= now):
            self.new()
            self.due += 1 / self.rate if self.rate else 0

    def new(self):
        self.requests.append(Request())
        self.open.add(len(self.requests) - 1)
        self.send(len(self.requests) - 1)
        return len(self.requests) - 1

    def send(self, number):
        """With the lock held."""
        request, now = self.requests[number], time.perf_counter()
        request.sent.append(now)
        self.sent += 1
        request.next = now + self.again if self.again else None
        properties = Properties(PacketTypes.PUBLISH)
        properties.ResponseTopic = self.reply
        properties.CorrelationData = str(number).encode()
        if self.expiry:
            properties.MessageExpiryInterval = self.expiry
        self.mqtt.publish(self.topic, json.dumps(self.body(number)), 1, properties=properties)

    def published(self, client, userdata, mid, reason, properties):
        """Without the lock, for paho holds one of its own here that publishing takes."""
        self.taken += 1
        self.unheard += reason.value == NOT_SUBSCRIBED

    def received(self, client, userdata, message):
        number, now, payload = int(message.properties.CorrelationData), time.perf_counter(), bytes(message.payload)
        fields = json.loads(payload)
        with self.changed:
            request = self.requests[number]
            if "error" not in fields:
                request.answers.append((now, payload))
                self.open.discard(number)
            elif "retry_after_ms" in fields["error"]:
                request.refusals.append(fields["error"])
                request.next = now + fields["error"]["retry_after_ms"] / 1000
            else:
                self.strange.append(fields["error"])
            self.changed.notify_all()

    def answers_between(self, begin, end):
        return [r for r in self.requests if r.answers and begin <= r.answers[0][0] <= end]

    def outcomes(self):
        """What became of the requests. An answer has an id of its execution: two with the same bytes are of one execution."""
        with self.changed:
            done = [r for r in self.requests if r.answers]
            return {
                "requests": len(self.requests), "answered": len(done), "unanswered": len(self.requests) - len(done),
                "answered_twice_alike": sum(len(r.answers) > 1 and len({p for _, p in r.answers}) == 1 for r in done),
                "answered_differently": sum(len({p for _, p in r.answers}) > 1 for r in done),
                "sent_again": sum(len(r.sent) > 1 for r in self.requests),
                "refused_with_a_hint": sum(bool(r.refusals) for r in self.requests),
                "refused_without": len(self.strange), "heard_by_nobody": self.unheard,
                "longest_s": round(max((r.seconds() for r in done), default=0), 2)}

    def lost(self):
        """Whether the outcomes break the promise: each request is answered, by one execution."""
        found = self.outcomes()
        return found["unanswered"] + found["answered_differently"] + found["refused_without"] > 0

    def shares(self):
        """How many of the answers each process has given, most first."""
        counts = Counter(json.loads(r.answers[0][1])["id"].rpartition("-")[0] for r in self.requests if r.answers)
        return sorted(counts.values(), reverse=True)
