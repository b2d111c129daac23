package dev.bantam.runtime.mqtt;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests from their arrival to the acknowledgement of their answer, and for a while the answers
 * of finished ones. A request that comes again joins the one in flight or gets the old answer, so
 * that nothing is executed twice: MQTT delivers at least once.
 *
 * <p>Two requests are the same if topic, answer topic, correlation data and payload are; where the
 * RPC contract is kept strictly, if answer topic and correlation data are. Without correlation data
 * or {@code id} that says too little (a sensor may well ask the same again), so then only a message
 * that the broker sends again counts.
 */
final class Exchanges {

  /** What makes two requests the same. */
  record Key(String topic, String replyTopic, Optional<Buffer> correlation, String payloadHash) {
    static Key of(String topic, String replyTopic, Optional<Buffer> correlation, byte[] payload) {
      return new Key(topic, replyTopic, correlation, sha256(payload));
    }

    /** As the RPC contract has it: whatever task and payload are. */
    static Key ofCorrelation(String replyTopic, Optional<Buffer> correlation) {
      return new Key("", replyTopic, correlation, "");
    }
  }

  /** One request in flight. */
  static final class Exchange {
    private final Key key;
    private final String id;
    private final boolean kept;
    private final List<Consumer<OutboundMessage>> joined = new ArrayList<>();
    private int epoch;
    private @Nullable String askId;
    private @Nullable ResponsePublisher publisher;

    Exchange(Key key, String id, boolean kept) {
      this.key = key;
      this.id = id;
      this.kept = kept;
    }

    /** What the dispatcher knows the request by. */
    String id() {
      return id;
    }

    /** The broker has sent the request, perhaps again, by a connection. */
    void join(int joiningEpoch, Runnable acknowledge) {
      epoch = joiningEpoch;
      joined.add(answer -> acknowledge.run());
    }

    /**
     * Its client has sent the request again: it is answered again too.
     *
     * @param reply publishes the answer, then acknowledges
     */
    void joinAnswered(int joiningEpoch, Consumer<OutboundMessage> reply) {
      epoch = joiningEpoch;
      joined.add(reply);
    }

    void answeredBy(ResponsePublisher responder) {
      publisher = responder;
    }

    /** The payload's {@code id} on an ask topic. */
    void askId(String value) {
      askId = value;
    }

    Optional<ResponsePublisher> publisher() {
      return Optional.ofNullable(publisher);
    }
  }

  private final String prefix;
  private final AnswerCache answers;
  private final Map<String, Exchange> inFlight = new LinkedHashMap<>();
  private final Map<Key, Exchange> byKey = new HashMap<>();
  private long count;

  /**
   * @param prefix makes the ids of this process its own
   * @param answers those of finished requests
   */
  Exchanges(String prefix, AnswerCache answers) {
    this.prefix = prefix;
    this.answers = answers;
  }

  /**
   * The request in flight that an arriving message repeats.
   *
   * @param identified whether the message has correlation data or an id
   * @param epoch the connection it came by
   */
  Optional<Exchange> repeated(Key key, boolean identified, boolean redelivered, int epoch) {
    Exchange known = byKey.get(key);
    if (known == null) {
      return Optional.empty();
    }
    boolean same = identified || redelivered || known.epoch < epoch;
    return same ? Optional.of(known) : Optional.empty();
  }

  /** The answer that a repeated request was given. */
  Optional<OutboundMessage> answered(Key key, boolean identified, boolean redelivered) {
    return identified || redelivered ? answers.find(key, redelivered) : Optional.empty();
  }

  Exchange begin(Key key) {
    Exchange exchange = start(key, true);
    byKey.put(key, exchange);
    return exchange;
  }

  /**
   * A request that is refused as it stands: its answer is no other's, for it may come corrected.
   */
  Exchange beginUnkept(Key key) {
    return start(key, false);
  }

  private Exchange start(Key key, boolean kept) {
    count++;
    Exchange exchange = new Exchange(key, prefix + "-" + count, kept);
    inFlight.put(exchange.id, exchange);
    return exchange;
  }

  /**
   * Keeps a request's answer, for it may come again.
   *
   * @return completes once the answer may be published; never fails
   */
  Future<Boolean> answered(Exchange exchange, OutboundMessage answer) {
    return exchange.kept ? answers.keep(exchange.key, answer) : Future.succeededFuture(true);
  }

  /** The broker has the answer, or it is worth nothing any more: acknowledges the request. */
  void end(Exchange exchange, OutboundMessage answer) {
    inFlight.remove(exchange.id);
    byKey.remove(exchange.key, exchange);
    exchange.joined.forEach(each -> each.accept(answer));
  }

  /** Gives a request up unanswered and unacknowledged: the broker sends it again another time. */
  void forget(Exchange exchange) {
    inFlight.remove(exchange.id);
    byKey.remove(exchange.key, exchange);
  }

  Collection<Exchange> inFlight() {
    return List.copyOf(inFlight.values());
  }

  /** Requests in flight with this correlation data, and this answer topic if one is given. */
  List<Exchange> correlated(Buffer correlation, Optional<String> replyTopic) {
    return inFlight.values().stream()
        .filter(e -> e.key.correlation().equals(Optional.of(correlation)))
        .filter(e -> replyTopic.isEmpty() || replyTopic.get().equals(e.key.replyTopic()))
        .toList();
  }

  /**
   * Requests in flight that a client of an ask topic named so.
   *
   * @param answerPrefix how all answer topics of that client start
   */
  List<Exchange> asked(String answerPrefix, String askId) {
    return inFlight.values().stream()
        .filter(e -> askId.equals(e.askId) && e.key.replyTopic().startsWith(answerPrefix))
        .toList();
  }

  private static String sha256(byte[] payload) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(payload));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
