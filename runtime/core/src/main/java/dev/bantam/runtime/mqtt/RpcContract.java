package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.UserProperties;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.Map;
import java.util.Optional;

/**
 * What the MQTT properties of a request must be, whatever its payload: the executor's side of the
 * Azure IoT Operations MQTT RPC protocol 1.0.
 */
final class RpcContract {

  /**
   * A request that the contract refuses.
   *
   * @param properties user properties of the answer that name what is wrong
   */
  record Violation(TaskException error, Map<String, String> properties) {}

  private static final String MAJOR_VERSION = "1";

  private RpcContract() {}

  /**
   * @param strict whether correlation data and message expiry are required
   */
  static Optional<Violation> check(InboundMessage message, boolean strict) {
    String unreadable = message.userProperties().get(PublishFrame.REFUSED);
    if (unreadable != null) {
      return invalid("MQTT properties", "", unreadable);
    }
    int correlation = message.correlation().map(c -> c.length()).orElse(0);
    if (correlation > InboundMessage.MAX_CORRELATION_BYTES) {
      return invalid(
          "Correlation Data",
          correlation + " bytes",
          "the correlation data has %d bytes; at most %d are taken"
              .formatted(correlation, InboundMessage.MAX_CORRELATION_BYTES));
    }
    if (strict && correlation == 0) {
      return invalid(
          "Correlation Data", "", "the request has no correlation data, which is required here");
    }
    if (strict && message.expirySeconds().isEmpty()) {
      return invalid(
          "Message Expiry",
          "",
          "the request has no message expiry interval, which is required here");
    }
    return version(message.userProperties().getOrDefault(UserProperties.PROTOCOL_VERSION, "1.0"));
  }

  private static Optional<Violation> invalid(String name, String value, String text) {
    Map<String, String> properties =
        value.isEmpty()
            ? Map.of(UserProperties.INVALID_PROPERTY_NAME, name)
            : Map.of(
                UserProperties.INVALID_PROPERTY_NAME,
                name,
                UserProperties.INVALID_PROPERTY_VALUE,
                value);
    return Optional.of(
        new Violation(new TaskException(ErrorCode.INVALID_REQUEST, text), properties));
  }

  private static Optional<Violation> version(String asked) {
    if (asked.matches(MAJOR_VERSION + "(\\.[0-9]{1,9})?")) {
      return Optional.empty();
    }
    TaskException error =
        new TaskException(
            ErrorCode.UNSUPPORTED_PROTOCOL_VERSION,
            "protocol version \"%s\" is not spoken here; use 1.0".formatted(asked));
    return Optional.of(
        new Violation(
            error,
            Map.of(
                UserProperties.SUPPORTED_MAJOR_VERSIONS,
                MAJOR_VERSION,
                UserProperties.REQUESTED_VERSION,
                asked)));
  }
}
