package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.mqtt.Exchanges.Key;
import dev.bantam.runtime.store.DeviceStore;
import dev.bantam.runtime.store.StoreSettings;
import dev.bantam.runtime.store.StoredAnswer;
import dev.bantam.runtime.store.StoredMessage;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Answers that were given, for requests that come again, also after a restart where there is a
 * store. Answers at QoS 1 are written before they are published: a process that is killed in
 * between gives the same answer when it is back.
 *
 * <p>One that its request lets expire is kept until then; another for a minute, and for a message
 * that the broker sends again as long as the age allows. Of what is over the bounds the oldest go
 * first.
 */
final class AnswerCache {

  private record Finished(
      long id, OutboundMessage answer, long bytes, long freshUntilNanos, long untilNanos) {}

  private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long MS = 1_000_000;

  /** What an entry takes beside its answer: key, maps, objects. */
  private static final long ENTRY_BYTES = 500;

  private static final int FORGOTTEN_AT_ONCE = 200;

  private final StoreSettings bounds;
  private final Optional<DeviceStore> store;
  private final LongSupplier clock;
  private final LongSupplier wallClock;
  private final Map<Key, Finished> finished = new LinkedHashMap<>();
  private long bytes;
  private long lastId;
  private int forgotten;

  /**
   * @param clock on the scale of {@link System#nanoTime()}
   * @param wallClock milliseconds since 1970
   */
  AnswerCache(
      StoreSettings bounds,
      Optional<DeviceStore> store,
      LongSupplier clock,
      LongSupplier wallClock) {
    this.bounds = bounds;
    this.store = store;
    this.clock = clock;
    this.wallClock = wallClock;
    store.ifPresent(kept -> kept.answersFound().forEach(this::recall));
  }

  /** As it was before the restart, if the wall clock can be trusted; at most the usual age. */
  private void recall(StoredAnswer kept) {
    lastId = Math.max(lastId, kept.id());
    long left = (kept.untilMs() - wallClock.getAsLong()) * MS;
    if (left <= 0) {
      return;
    }
    long now = clock.getAsLong();
    long until = now + Math.min(left, bounds.answerAge().toNanos());
    StoredMessage message = kept.message();
    OutboundMessage answer =
        new OutboundMessage(
            message.topic(),
            message.payload(),
            message.qos(),
            message.retained(),
            message.contentType(),
            message.correlation(),
            kept.expires() ? Optional.of(until) : Optional.empty(),
            message.userProperties());
    Key key =
        new Key(kept.requestTopic(), message.topic(), message.correlation(), kept.payloadHash());
    put(key, kept.id(), answer, kept.expires() ? until : now + FRESH_NANOS, until);
  }

  /** The answer that a request was given. */
  Optional<OutboundMessage> find(Key key, boolean redelivered) {
    forgetOld();
    long now = clock.getAsLong();
    return Optional.ofNullable(finished.get(key))
        .filter(f -> (redelivered ? f.untilNanos : f.freshUntilNanos) - now > 0)
        .map(Finished::answer);
  }

  /**
   * Keeps an answer.
   *
   * @return completes once it may be published; never fails
   */
  Future<Boolean> keep(Key key, OutboundMessage answer) {
    long now = clock.getAsLong();
    long oldest = now + bounds.answerAge().toNanos();
    long until = answer.deadlineNanos().map(d -> d - oldest < 0 ? d : oldest).orElse(oldest);
    boolean expires = answer.deadlineNanos().isPresent();
    long fresh = expires || now + FRESH_NANOS - until > 0 ? until : now + FRESH_NANOS;
    lastId++;
    put(key, lastId, answer, fresh, until);
    if (store.isEmpty() || answer.qos() == 0 || until - now <= 0) {
      return Future.succeededFuture(true);
    }
    return store
        .get()
        .keep(
            new StoredAnswer(
                lastId,
                key.topic(),
                key.payloadHash(),
                stored(answer),
                expires,
                wallClock.getAsLong() + (until - now) / MS));
  }

  static StoredMessage stored(OutboundMessage message) {
    return new StoredMessage(
        message.topic(),
        message.payload(),
        message.qos(),
        message.retained(),
        message.contentType(),
        message.correlation(),
        message.userProperties());
  }

  private void put(Key key, long id, OutboundMessage answer, long freshUntil, long until) {
    Finished before = finished.remove(key);
    if (before != null) {
      bytes -= before.bytes;
    }
    long size = ENTRY_BYTES + answer.packetBytes();
    finished.put(key, new Finished(id, answer, size, freshUntil, until));
    bytes += size;
    forgetOld();
  }

  /**
   * From the oldest on, up to the first that is to be kept: looking at all of them was a third of
   * the event loop's work. One whose deadline came sooner stays a while longer, unused.
   */
  private void forgetOld() {
    long now = clock.getAsLong();
    var entries = finished.values().iterator();
    while (entries.hasNext()) {
      Finished entry = entries.next();
      if (bytes <= bounds.answerBytes() && entry.untilNanos - now > 0) {
        break;
      }
      bytes -= entry.bytes;
      entries.remove();
      forgotten++;
      if (forgotten % FORGOTTEN_AT_ONCE == 0) {
        store.ifPresent(kept -> kept.forgetAnswersUpTo(entry.id));
      }
    }
  }
}
