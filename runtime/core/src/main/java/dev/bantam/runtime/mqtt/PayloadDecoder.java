package dev.bantam.runtime.mqtt;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.documents.UntrustedJson;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's payload: JSON if the first character that is no white space is an opening
 * brace, otherwise the prompt as plain text. A content type, where the client sends one, decides
 * instead.
 */
final class PayloadDecoder {

  /**
   * A payload.
   *
   * @param json whether it was JSON, and so wants a JSON answer
   */
  record Payload(RequestBody body, boolean json) {}

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private static final ObjectMapper JSON = UntrustedJson.mapper(true);

  private PayloadDecoder() {}

  /**
   * @param contentType the MQTT 5 Content Type, if the client sent one
   * @throws TaskException saying what is wrong, with the place in the payload where there is one
   */
  static Payload decode(byte[] payload, Optional<String> contentType) throws TaskException {
    Optional<Boolean> declaredJson = declared(contentType);
    String text = text(payload);
    if (text.isBlank()) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST,
          "the payload is empty; send the prompt as plain text, or JSON such as {\"prompt\":\"...\"}");
    }
    boolean brace = text.stripLeading().startsWith("{");
    if (declaredJson.orElse(brace)) {
      if (!brace) {
        throw new TaskException(
            ErrorCode.INVALID_PAYLOAD,
            "the content type is JSON, but the payload does not start with \"{\"; send a JSON object such as {\"prompt\":\"...\"}");
      }
      return new Payload(RequestBody.of(parse(text)), true);
    }
    return new Payload(RequestBody.ofText(text), false);
  }

  private static Optional<Boolean> declared(Optional<String> contentType) throws TaskException {
    if (contentType.isEmpty() || contentType.get().isBlank()) {
      return Optional.empty();
    }
    String type = contentType.get().split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (type.equals("application/json") || type.endsWith("+json")) {
      return Optional.of(true);
    }
    if (type.equals("text/plain")) {
      return Optional.of(false);
    }
    throw new TaskException(
        ErrorCode.UNSUPPORTED_CONTENT_TYPE,
        "content type \"%s\" is not read here; send application/json or text/plain, or none"
            .formatted(contentType.get()));
  }

  private static String text(byte[] payload) throws TaskException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
      return text.startsWith(String.valueOf(BYTE_ORDER_MARK)) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new TaskException(
          ErrorCode.INVALID_PAYLOAD, "the payload is no valid UTF-8; send UTF-8 text", e);
    }
  }

  private static Map<String, @Nullable Object> parse(String text) throws TaskException {
    try {
      LinkedHashMap<String, @Nullable Object> fields =
          JSON.readValue(text, new TypeReference<>() {});
      requireWholeCharacters(fields);
      return fields;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new TaskException(
          ErrorCode.INVALID_PAYLOAD,
          "the payload starts with \"{\" but is no valid JSON%s: %s; correct it, or send plain text that does not start with \"{\""
              .formatted(
                  at == null
                      ? ""
                      : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr()),
                  UntrustedJson.words(e)),
          e);
    }
  }

  /** JSON can spell half a surrogate pair, which no UTF-8 text can hold. */
  private static void requireWholeCharacters(@Nullable Object value) throws TaskException {
    if (value instanceof String text) {
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
        throw new TaskException(
            ErrorCode.INVALID_PAYLOAD,
            "the JSON holds half of a surrogate pair (\\ud800 to \\udfff); send whole characters");
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        requireWholeCharacters(entry.getKey());
        requireWholeCharacters(entry.getValue());
      }
    } else if (value instanceof Iterable<?> list) {
      for (Object element : list) {
        requireWholeCharacters(element);
      }
    }
  }
}
