package dev.bantam.runtime.mqtt;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import java.util.Map;
import java.util.Optional;

/**
 * A request's payload as far as it could be read.
 *
 * @param json whether it was JSON, and so wants a JSON answer
 * @param id the payload's {@code id}: a string or a whole number
 * @param failure why it cannot be executed
 */
record DecodedRequest(
    RequestBody body, boolean json, Optional<Object> id, Optional<RpcContract.Violation> failure) {

  private static final int MAX_ID_CHARS = 256;

  /** Reads a message's payload. */
  static DecodedRequest of(InboundMessage message) {
    try {
      PayloadDecoder.Payload payload =
          PayloadDecoder.decode(message.payload().getBytes(), message.contentType());
      DecodedRequest decoded =
          new DecodedRequest(payload.body(), payload.json(), Optional.empty(), Optional.empty());
      return payload.json() ? decoded.withId() : decoded;
    } catch (TaskException e) {
      return refused(RpcContract.Violation.of(e, message));
    }
  }

  /** One whose payload was not looked at. */
  static DecodedRequest refused(RpcContract.Violation violation) {
    return new DecodedRequest(
        RequestBody.of(Map.of()), false, Optional.empty(), Optional.of(violation));
  }

  DecodedRequest failing(TaskException error) {
    return new DecodedRequest(body, json, id, Optional.of(RpcContract.Violation.of(error)));
  }

  private DecodedRequest withId() {
    Object value = body.fields().get("id");
    if (value == null) {
      return this;
    }
    if (value instanceof Long || value instanceof String text && text.length() <= MAX_ID_CHARS) {
      return new DecodedRequest(body, true, Optional.of(value), Optional.empty());
    }
    return failing(
        new TaskException(
            ErrorCode.INVALID_REQUEST,
            "\"id\" must be a whole number or a string of at most %d characters"
                .formatted(MAX_ID_CHARS)));
  }
}
