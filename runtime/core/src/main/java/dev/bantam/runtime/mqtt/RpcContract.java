package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.UserProperties;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the MQTT properties of a request must be, whatever its payload: the executor's side of the
 * Azure IoT Operations MQTT RPC protocol 1.0. {@code runtime/docs/rpc-contract.md} compares the two
 * statement by statement.
 */
final class RpcContract {

  /**
   * A request that the contract refuses.
   *
   * @param properties user properties of the answer that name what is wrong
   */
  record Violation(TaskException error, Map<String, String> properties) {

    /** One that no property is to blame for. */
    static Violation of(TaskException error) {
      return new Violation(error, Map.of());
    }

    /** One that is about the request's content type, if the error is. */
    static Violation of(TaskException error, InboundMessage message) {
      return error.code() == ErrorCode.UNSUPPORTED_CONTENT_TYPE
          ? new Violation(error, named("Content Type", message.contentType().orElse("")))
          : of(error);
    }
  }

  private static final String CORRELATION_DATA = "Correlation Data";
  private static final String MAJOR_VERSION = "1";
  private static final int GUID_BYTES = 16;
  private static final Pattern GUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /** A hybrid logical clock: milliseconds since 1970, a counter, the sender's name. */
  private static final Pattern TIMESTAMP = Pattern.compile("[0-9]{1,18}:[0-9]{1,10}:.+");

  private RpcContract() {}

  /**
   * @param strict whether all is required that the contract requires
   */
  static Optional<Violation> check(InboundMessage message, boolean strict) {
    return unreadable(message)
        .or(() -> version(message))
        .or(() -> tooLong(message))
        .or(() -> strict ? strictly(message) : Optional.empty());
  }

  private static Optional<Violation> unreadable(InboundMessage message) {
    Map<String, String> user = message.userProperties();
    String format = user.get(PublishFrame.REFUSED_FORMAT);
    String reason = user.get(PublishFrame.REFUSED);
    if (format != null && reason != null) {
      return Optional.of(
          new Violation(
              new TaskException(ErrorCode.UNSUPPORTED_CONTENT_TYPE, reason),
              named("Payload Format Indicator", format)));
    }
    return Optional.ofNullable(reason).map(text -> invalid("MQTT properties", "", text));
  }

  private static Optional<Violation> tooLong(InboundMessage message) {
    int bytes = message.correlation().map(Buffer::length).orElse(0);
    return bytes <= InboundMessage.MAX_CORRELATION_BYTES
        ? Optional.empty()
        : Optional.of(
            invalid(
                CORRELATION_DATA,
                bytes + " bytes",
                "the correlation data has %d bytes; at most %d are taken"
                    .formatted(bytes, InboundMessage.MAX_CORRELATION_BYTES)));
  }

  private static Optional<Violation> strictly(InboundMessage message) {
    Buffer correlation = message.correlation().orElse(Buffer.buffer());
    Map<String, String> user = message.userProperties();
    if (correlation.length() == 0) {
      return required(CORRELATION_DATA, "correlation data");
    }
    if (!isGuid(correlation)) {
      return Optional.of(
          invalid(
              CORRELATION_DATA,
              correlation.toString(StandardCharsets.UTF_8),
              "the correlation data is no GUID; send its 16 bytes, or its 36 characters"));
    }
    if (message.expirySeconds().isEmpty()) {
      return required("Message Expiry", "message expiry interval");
    }
    if (!user.containsKey(UserProperties.INVOKER_ID)
        && !user.containsKey(UserProperties.SOURCE_ID)) {
      return required(UserProperties.INVOKER_ID, "user property __invId (or __srcId)");
    }
    String timestamp = user.get(UserProperties.TIMESTAMP);
    if (timestamp != null && !TIMESTAMP.matcher(timestamp).matches()) {
      return Optional.of(
          invalid(
              UserProperties.TIMESTAMP,
              timestamp,
              "the time stamp in __ts is no hybrid logical clock; send milliseconds:counter:sender, or leave it out"));
    }
    return Optional.empty();
  }

  private static boolean isGuid(Buffer correlation) {
    return correlation.length() == GUID_BYTES
        || GUID.matcher(correlation.toString(StandardCharsets.UTF_8)).matches();
  }

  private static Optional<Violation> version(InboundMessage message) {
    String asked = message.userProperties().getOrDefault(UserProperties.PROTOCOL_VERSION, "1.0");
    if (asked.matches(MAJOR_VERSION + "(\\.[0-9]{1,9})?")) {
      return Optional.empty();
    }
    Map<String, String> properties = named(UserProperties.PROTOCOL_VERSION, asked);
    properties.put(UserProperties.SUPPORTED_MAJOR_VERSIONS, MAJOR_VERSION);
    properties.put(UserProperties.REQUESTED_VERSION, asked);
    return Optional.of(
        new Violation(
            new TaskException(
                ErrorCode.UNSUPPORTED_PROTOCOL_VERSION,
                "protocol version \"%s\" is not spoken here; use 1.0".formatted(asked)),
            properties));
  }

  private static Optional<Violation> required(String property, String words) {
    return Optional.of(
        invalid(property, "", "the request has no %s, which is required here".formatted(words)));
  }

  private static Violation invalid(String name, String value, String text) {
    return new Violation(new TaskException(ErrorCode.INVALID_REQUEST, text), named(name, value));
  }

  /** The user properties that name what is wrong; the value is left out where there is none. */
  static Map<String, String> named(String name, String value) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(UserProperties.INVALID_PROPERTY_NAME, name);
    if (!value.isEmpty()) {
      properties.put(UserProperties.INVALID_PROPERTY_VALUE, value);
    }
    return properties;
  }
}
