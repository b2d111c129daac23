package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.FleetTopics;
import dev.bantam.protocol.Topics;
import dev.bantam.protocol.Topics.RequestAddress;
import dev.bantam.runtime.dispatch.IncomingRequest;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.mqtt.Exchanges.Exchange;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the requests of one connection from the PUBLISH to the dispatcher, and sees to it that each
 * is answered once and acknowledged after its answer. The first hop.
 */
final class RequestLane {

  /**
   * What all lanes of a gateway share.
   *
   * @param fleet the groups whose work the device shares
   * @param draining whether requests are left with the broker for the next start
   */
  record Shared(
      Topics topics,
      List<FleetTopics> fleet,
      RequestHandler handler,
      ReplyTopics replyTopics,
      Exchanges exchanges,
      RefusalCounts refusals,
      boolean strictRpc,
      BooleanSupplier draining) {

    Optional<RequestAddress> address(String topic) {
      return topics.parse(topic).or(() -> fleetAddress(topic));
    }

    private Optional<RequestAddress> fleetAddress(String topic) {
      return fleet.stream()
          .flatMap(group -> group.parse(topic).stream())
          .findFirst()
          .map(task -> new RequestAddress(task, Optional.empty()));
    }
  }

  private static final Logger log = LoggerFactory.getLogger(RequestLane.class);
  private static final long MAX_EXPIRY_SECONDS = Duration.ofDays(365).toSeconds();
  private static final String STREAM = "stream";

  /** On an ask topic this level is no task: it cancels, and the control connection hears it. */
  static final String CANCEL = "cancel";

  private final MqttConnection connection;
  private final Shared shared;
  private final Predicate<String> serves;
  private final AdmissionWindow window;

  /**
   * @param connection answers go out on the connection that the request came by
   * @param serves which tasks this lane answers; it acknowledges the others at once
   * @param capacity QoS 1 requests that the dispatcher is given at once
   */
  RequestLane(MqttConnection connection, Shared shared, Predicate<String> serves, int capacity) {
    this.connection = connection;
    this.shared = shared;
    this.serves = serves;
    this.window = new AdmissionWindow(capacity);
  }

  /** Gives the dispatcher so many at once from now on. */
  void limit(int capacity) {
    window.resize(capacity);
  }

  /** Leaves what the dispatcher has not been given with the broker, for the next start. */
  void drain() {
    window.abandon(shared.exchanges()::forget);
  }

  /** A message on one of the topics of the device or of its fleets. */
  void accept(InboundMessage message, int epoch, Runnable acknowledge) {
    Optional<RequestAddress> address = shared.address(message.topic());
    if (address.isEmpty()) {
      refuse(RefusedRequest.UNKNOWN_TOPIC, message, acknowledge);
    } else if (address.get().client().isPresent() && address.get().task().equals(CANCEL)
        || !serves.test(address.get().task())) {
      acknowledge.run();
    } else if (message.retained()) {
      refuse(RefusedRequest.RETAINED, message, acknowledge);
    } else {
      replyTo(message, address.get())
          .ifPresentOrElse(
              topic -> exchange(message, address.get(), topic, epoch, acknowledge),
              () -> refuseReply(message, acknowledge));
    }
  }

  private Optional<String> replyTo(InboundMessage message, RequestAddress address) {
    if (address.client().isPresent()) {
      return Optional.of(shared.topics().answer(address.client().get(), address.task()));
    }
    return message.responseTopic().filter(shared.replyTopics()::allows);
  }

  private void refuseReply(InboundMessage message, Runnable acknowledge) {
    refuse(
        message.responseTopic().isEmpty()
            ? RefusedRequest.NO_RESPONSE_TOPIC
            : RefusedRequest.RESPONSE_TOPIC_NOT_ALLOWED,
        message,
        acknowledge);
  }

  private void refuse(RefusedRequest reason, InboundMessage message, Runnable acknowledge) {
    shared.refusals().count(reason, message);
    acknowledge.run();
  }

  private void exchange(
      InboundMessage message,
      RequestAddress address,
      String replyTopic,
      int epoch,
      Runnable acknowledge) {
    boolean strict = shared.strictRpc() && address.client().isEmpty();
    Optional<RpcContract.Violation> violation = RpcContract.check(message, strict);
    byte[] payload = message.payload().getBytes();
    Incoming incoming = new Incoming(message, address, reply(message, replyTopic));
    Optional<Buffer> correlation = incoming.reply().correlation();
    Exchanges.Key key =
        strict
            ? Exchanges.Key.ofCorrelation(replyTopic, correlation)
            : Exchanges.Key.of(message.topic(), replyTopic, correlation, payload);
    if (violation.isPresent()) {
      DecodedRequest unread = DecodedRequest.refused(violation.get());
      start(shared.exchanges().beginUnkept(key), incoming, unread, epoch, acknowledge);
      return;
    }
    DecodedRequest decoded = DecodedRequest.of(message);
    boolean identified =
        correlation.filter(c -> c.length() > 0).isPresent() || decoded.id().isPresent();
    Optional<Exchange> repeated =
        shared.exchanges().repeated(key, identified, message.redelivered(), epoch);
    Optional<OutboundMessage> answered =
        shared.exchanges().answered(key, identified, message.redelivered());
    if (repeated.isPresent()) {
      if (message.redelivered() || !identified) {
        repeated.get().join(epoch, acknowledge);
      } else {
        repeated.get().joinAnswered(epoch, answer -> again(answer, acknowledge));
      }
    } else if (answered.isPresent()) {
      again(answered.get(), acknowledge);
    } else if (!shared.draining().getAsBoolean()) {
      start(shared.exchanges().begin(key), incoming, decoded, epoch, acknowledge);
    } else if (message.qos() == 0) {
      DecodedRequest late = decoded.failing(draining());
      start(shared.exchanges().begin(key), incoming, late, epoch, acknowledge);
    }
  }

  private void again(OutboundMessage answer, Runnable acknowledge) {
    connection.publish(answer).onComplete(outcome -> acknowledge.run());
  }

  private static TaskException draining() {
    return new TaskException(
        ErrorCode.DRAINING,
        "the runtime is stopping; ask again in a moment",
        null,
        Duration.ofSeconds(5));
  }

  private static ReplyAddress reply(InboundMessage message, String topic) {
    Optional<Buffer> correlation =
        message.correlation().filter(c -> c.length() <= InboundMessage.MAX_CORRELATION_BYTES);
    Optional<Long> deadline =
        message
            .expirySeconds()
            .map(s -> message.arrivedNanos() + Math.min(s, MAX_EXPIRY_SECONDS) * 1_000_000_000L);
    return new ReplyAddress(topic, correlation, message.qos(), deadline);
  }

  private record Incoming(InboundMessage message, RequestAddress address, ReplyAddress reply) {}

  private void start(
      Exchange exchange,
      Incoming incoming,
      DecodedRequest decoded,
      int epoch,
      Runnable acknowledge) {
    exchange.join(epoch, acknowledge);
    if (incoming.address().client().isPresent()) {
      decoded.id().ifPresent(id -> exchange.askId(id.toString()));
    }
    boolean stream = wantsStream(incoming.message(), decoded.body());
    boolean windowed = decoded.failure().isEmpty() && incoming.message().qos() > 0;
    ResponsePublisher responder =
        new ResponsePublisher(
            connection,
            incoming.reply(),
            new ResponsePublisher.Format(decoded.json(), stream, decoded.id(), exchange.id()),
            last -> {
              finish(exchange, last);
              if (windowed) {
                window.leave(exchange);
              }
            });
    exchange.answeredBy(responder);
    if (decoded.failure().isPresent()) {
      responder.fail(decoded.failure().get().error(), decoded.failure().get().properties());
    } else if (windowed) {
      window.enter(exchange, () -> dispatch(exchange, incoming, decoded, stream, responder));
    } else {
      dispatch(exchange, incoming, decoded, stream, responder);
    }
  }

  private void dispatch(
      Exchange exchange,
      Incoming incoming,
      DecodedRequest decoded,
      boolean stream,
      ResponsePublisher responder) {
    try {
      shared.handler().dispatch(request(exchange, incoming, decoded, stream), responder);
    } catch (TaskException e) {
      responder.fail(e);
    }
  }

  private static boolean wantsStream(InboundMessage message, RequestBody body) {
    return Boolean.TRUE.equals(body.fields().get(STREAM))
        || "true".equals(message.userProperties().get(STREAM));
  }

  private IncomingRequest request(
      Exchange exchange, Incoming incoming, DecodedRequest decoded, boolean stream)
      throws TaskException {
    RequestBody body = decoded.body();
    body.flag(STREAM);
    return new IncomingRequest(
        exchange.id(),
        incoming.address().task(),
        body.optionalText("slot"),
        body.optionalText("model"),
        body,
        stream,
        incoming.reply().deadlineNanos(),
        shared.strictRpc(),
        RequestTurn.of(incoming.message(), incoming.address(), body));
  }

  private void finish(Exchange exchange, OutboundMessage last) {
    shared
        .exchanges()
        .answered(exchange, last)
        .compose(written -> connection.publish(last))
        .onComplete(
            result -> {
              if (result.result() instanceof Outbox.Outcome.Refused refused) {
                log.warn(
                    "the broker refuses the answer on \"{}\" with reason code {}; {}",
                    last.topic(),
                    ReasonCodes.hex(refused.reasonCode()),
                    ReasonCodes.publication(refused.reasonCode()));
              }
              shared.exchanges().end(exchange, last);
            });
  }
}
