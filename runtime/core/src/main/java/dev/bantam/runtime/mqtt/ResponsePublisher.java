package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.UserProperties;
import dev.bantam.runtime.dispatch.Answer;
import dev.bantam.runtime.dispatch.Responder;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Publishes one request's answer: the last hop. Text clients get text, JSON clients JSON, errors
 * are always JSON. Chunks carry {@code stream-index} and no {@code __stat}; the final message
 * carries {@code __stat} and everything, and where a stream was asked for {@code stream-last} and
 * the number of chunks.
 *
 * <p>A chunk is the piece of text itself for a text client and {@code {"id","index","delta"}} for a
 * JSON client. Chunks are dropped while the broker is too slow for them; the final message holds
 * the whole text, so nothing is lost by it.
 */
final class ResponsePublisher implements Responder {

  /** How the client wrote, and so how it is answered. */
  record Format(boolean json, boolean stream, Optional<Object> requestId, String ownId) {
    Object id() {
      return requestId.orElse(ownId);
    }
  }

  private static final String PROTOCOL_VERSION = "1.0";
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final String JSON_TYPE = "application/json";
  private static final String TEXT_TYPE = "text/plain; charset=utf-8";
  private static final int MOST_UNSENT_BEFORE_CHUNKS_DROP = 500;
  private static final int MOST_STATUS_MESSAGE_CHARS = 1_000;

  private final MqttConnection connection;
  private final ReplyAddress address;
  private final Format format;
  private final Consumer<OutboundMessage> last;
  private int chunks;
  private boolean ended;

  /**
   * @param last takes the final message, once; it is its job to publish it
   */
  ResponsePublisher(
      MqttConnection connection,
      ReplyAddress address,
      Format format,
      Consumer<OutboundMessage> last) {
    this.connection = connection;
    this.address = address;
    this.format = format;
    this.last = last;
  }

  @Override
  public void chunk(int index, String text) {
    if (ended || !format.stream()) {
      return;
    }
    chunks = index + 1;
    if (connection.unsent() > MOST_UNSENT_BEFORE_CHUNKS_DROP) {
      return;
    }
    Buffer payload = format.json() ? AnswerEncoder.chunk(format.id(), index, text) : utf8(text);
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(UserProperties.PROTOCOL_VERSION, PROTOCOL_VERSION);
    properties.put(UserProperties.STREAM_INDEX, Integer.toString(index));
    connection.publish(message(payload, format.json(), properties));
  }

  @Override
  public void answer(Answer answer) {
    if (ended) {
      return;
    }
    Buffer payload =
        format.json() ? AnswerEncoder.answer(format.id(), answer) : utf8(answer.result().text());
    OutboundMessage message =
        message(payload, format.json(), status(payload.length() == 0 ? NO_CONTENT : OK));
    if (message.packetBytes() > connection.maxPublishBytes()) {
      fail(
          new TaskException(
              ErrorCode.INVALID_REQUEST,
              "the answer of %d bytes is larger than the broker's limit of %d bytes a packet; ask for a shorter one with \"max_tokens\", or about fewer texts at once"
                  .formatted(payload.length(), connection.maxPublishBytes())));
      return;
    }
    end(message);
  }

  @Override
  public void fail(TaskException error) {
    fail(error, Map.of());
  }

  @Override
  public void timedOut(TaskException error, Duration limit) {
    fail(error, RpcContract.named("ExecutionTimeout", limit.toString()));
  }

  /**
   * @param properties further user properties, such as {@code __propName}
   */
  void fail(TaskException error, Map<String, String> properties) {
    if (ended) {
      return;
    }
    Map<String, String> all = status(error.code().status());
    String message = error.text();
    all.put(
        UserProperties.STATUS_MESSAGE,
        printable(message.substring(0, Math.min(message.length(), MOST_STATUS_MESSAGE_CHARS))));
    if (error.code().status() == 500) {
      all.put(UserProperties.APPLICATION_ERROR, "true");
    }
    properties.forEach((name, value) -> all.put(name, printable(value)));
    end(message(AnswerEncoder.error(format.requestId(), error), true, all));
  }

  /** User properties must not hold control characters or halves of surrogate pairs. */
  private static String printable(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .map(c -> Character.isISOControl(c) || !Character.isDefined(c) || isHalf(c) ? ' ' : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private void end(OutboundMessage message) {
    ended = true;
    last.accept(message);
  }

  private Map<String, String> status(int status) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(UserProperties.PROTOCOL_VERSION, PROTOCOL_VERSION);
    properties.put(UserProperties.STATUS, Integer.toString(status));
    if (format.stream()) {
      properties.put(UserProperties.STREAM_INDEX, Integer.toString(chunks));
      properties.put(UserProperties.STREAM_LAST, "true");
    }
    return properties;
  }

  private OutboundMessage message(Buffer payload, boolean json, Map<String, String> properties) {
    return new OutboundMessage(
        address.topic(),
        payload,
        address.qos(),
        false,
        Optional.of(json ? JSON_TYPE : TEXT_TYPE),
        address.correlation(),
        address.deadlineNanos(),
        properties);
  }

  private static Buffer utf8(String text) {
    return Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
  }
}
