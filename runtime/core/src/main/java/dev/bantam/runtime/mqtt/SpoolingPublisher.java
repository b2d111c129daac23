package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.store.Spool;
import dev.bantam.runtime.store.StoredMessage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Publishes over one connection, and keeps on the disk what the broker cannot take now. As long as
 * the broker is there and keeps up, nothing touches the disk. Once something has to wait, what is
 * on its way is written first and everything that follows goes behind it, until all of it has been
 * read back: so the order stays, also over a restart, after which a message may come twice.
 */
final class SpoolingPublisher implements Publisher {

  private static final int MOST_ON_THEIR_WAY = 500;
  private static final int READ_AT_ONCE = 100;
  private static final long TRY_AGAIN_MS = 1_000;

  /** A message that the connection has. */
  private static final class Entry {
    private final OutboundMessage message;
    private final Promise<Taken> taken = Promise.promise();
    private long id;
    private boolean ended;

    Entry(OutboundMessage message, long id) {
      this.message = message;
      this.id = id;
    }
  }

  private final Context context;
  private final MqttConnection connection;
  private final Spool spool;
  private final Deque<Entry> sent = new ArrayDeque<>();
  private boolean connected;
  private boolean behind = true;
  private boolean reading;
  private boolean removing;
  private int adding;
  private int copying;
  private long lastRead;
  private long removeTo;
  private long removed;

  SpoolingPublisher(Context context, MqttConnection connection, Spool spool) {
    this.context = context;
    this.connection = connection;
    this.spool = spool;
  }

  @Override
  public Future<Taken> publish(Publication publication) {
    OutboundMessage message = publication.message();
    if (connected && !behind && sent.size() < MOST_ON_THEIR_WAY) {
      Entry entry = new Entry(message, 0);
      send(entry);
      return entry.taken.future();
    }
    copyWhatIsOnItsWay();
    behind = true;
    adding++;
    return spool
        .add(AnswerCache.stored(message))
        .<Taken>map(id -> new Taken.Queued())
        .otherwise(why -> new Taken.Dropped("it cannot be kept: " + why.getMessage()))
        .onComplete(
            done -> {
              adding--;
              readOn();
            });
  }

  /** The connection is there. */
  void connected() {
    connected = true;
    readOn();
  }

  /** The connection is gone; what it had it sends again, unless this process ends before. */
  void lost() {
    if (connected) {
      connected = false;
      copyWhatIsOnItsWay();
    }
  }

  /** Whether the broker has all. */
  boolean isEmpty() {
    return !behind && sent.isEmpty();
  }

  /** Completes once all that the broker has not taken is on the disk. */
  Future<Void> close() {
    connected = false;
    copyWhatIsOnItsWay();
    Promise<Void> done = Promise.promise();
    awaitWriting(done);
    return done.future();
  }

  private void awaitWriting(Promise<Void> done) {
    if (copying == 0 && adding == 0) {
      done.complete();
    } else {
      context.owner().setTimer(10, id -> context.runOnContext(nothing -> awaitWriting(done)));
    }
  }

  private void send(Entry entry) {
    sent.add(entry);
    connection.publish(entry.message).onComplete(done -> ended(entry, done.result()));
  }

  private void ended(Entry entry, Outbox.Outcome outcome) {
    entry.ended = true;
    entry.taken.tryComplete(taken(outcome));
    while (!sent.isEmpty() && sent.element().ended) {
      removeTo = Math.max(removeTo, sent.remove().id);
    }
    removeFromDisk();
    readOn();
  }

  static Taken taken(Outbox.Outcome outcome) {
    if (outcome instanceof Outbox.Outcome.Accepted) {
      return new Taken.Accepted();
    }
    if (outcome instanceof Outbox.Outcome.Refused refused) {
      return new Taken.Dropped(
          "the broker refuses it with reason code %s; %s"
              .formatted(
                  ReasonCodes.hex(refused.reasonCode()),
                  ReasonCodes.publication(refused.reasonCode())));
    }
    return new Taken.Dropped("it has expired");
  }

  private void removeFromDisk() {
    if (removing || removeTo <= removed) {
      return;
    }
    removing = true;
    long upTo = removeTo;
    spool
        .removeUpTo(upTo)
        .onComplete(
            done -> {
              removing = false;
              if (done.succeeded()) {
                removed = upTo;
                removeFromDisk();
              }
            });
  }

  /** Nothing unread is on the disk while one of these is not, so their order is right. */
  private void copyWhatIsOnItsWay() {
    for (Entry entry : sent) {
      if (entry.id == 0 && !entry.ended) {
        copy(entry);
      }
    }
  }

  private void copy(Entry entry) {
    copying++;
    entry.id = -1;
    spool
        .add(AnswerCache.stored(entry.message))
        .onComplete(
            added -> {
              copying--;
              entry.id = added.succeeded() ? added.result() : 0;
              lastRead = Math.max(lastRead, entry.id);
              if (added.succeeded()) {
                entry.taken.tryComplete(new Taken.Queued());
              }
              if (entry.ended) {
                removeCopy(entry);
              }
              readOn();
            });
  }

  /** The broker took it while it was being written. */
  private void removeCopy(Entry entry) {
    if (sent.stream().noneMatch(other -> other.id != 0 && other.id <= entry.id)) {
      removeTo = Math.max(removeTo, entry.id);
      removeFromDisk();
    }
  }

  private void readOn() {
    if (!connected || !behind || reading || copying > 0 || sent.size() >= MOST_ON_THEIR_WAY) {
      return;
    }
    reading = true;
    spool
        .next(lastRead, READ_AT_ONCE)
        .onComplete(
            read -> {
              reading = false;
              if (read.failed()) {
                context
                    .owner()
                    .setTimer(TRY_AGAIN_MS, id -> context.runOnContext(nothing -> readOn()));
              } else {
                read(read.result());
              }
            });
  }

  private void read(List<Spool.Kept> found) {
    if (found.isEmpty()) {
      behind = adding > 0;
      return;
    }
    for (Spool.Kept kept : found) {
      lastRead = kept.id();
      send(new Entry(message(kept.message()), kept.id()));
    }
    readOn();
  }

  private static OutboundMessage message(StoredMessage stored) {
    return new OutboundMessage(
        stored.topic(),
        stored.payload(),
        stored.qos(),
        stored.retained(),
        stored.contentType(),
        stored.correlation(),
        Optional.empty(),
        stored.userProperties());
  }
}
