package dev.bantam.spi;

import java.util.Locale;

/**
 * Every way a request can fail. The name in lower case is the error's {@code code} on the wire; the
 * status is that of the Azure IoT Operations MQTT RPC protocol (user property {@code __stat}),
 * which follows HTTP.
 */
public enum ErrorCode {
  /** The payload starts with an opening brace and is no JSON, or is no valid UTF-8. */
  INVALID_PAYLOAD(400, Category.USER, Retry.NO),
  /** The payload parses, but a field is missing, of the wrong type or out of range. */
  INVALID_REQUEST(400, Category.USER, Retry.NO),
  /** The prompt does not fit the model's context. */
  PROMPT_TOO_LONG(400, Category.USER, Retry.NO),
  /** Prompt and answer need more memory than the device has for all requests together. */
  MEMORY_EXCEEDED(400, Category.RESOURCES, Retry.NO),
  /** No slot serves this task. */
  UNKNOWN_TASK(400, Category.USER, Retry.NO),
  /** The {@code model} or {@code slot} asked for is not active on this device. */
  UNKNOWN_MODEL(400, Category.USER, Retry.NO),
  /** The deadline passed before the answer was complete. */
  EXPIRED(408, Category.USER, Retry.YES),
  /** The content type is not one that this task reads. */
  UNSUPPORTED_CONTENT_TYPE(415, Category.USER, Retry.NO),
  /** The client cancelled. */
  CANCELLED(500, Category.USER, Retry.NO),
  /** The plugin failed in a way it did not foresee. */
  PLUGIN_FAILED(500, Category.INTERNAL, Retry.NO),
  /** The model's files are damaged, or not what the plugin can run. */
  MODEL_UNUSABLE(500, Category.INTERNAL, Retry.NO),
  /** Memory for the model or the request cannot be had. */
  OUT_OF_MEMORY(503, Category.RESOURCES, Retry.YES),
  /** The queue is full, or the device spares itself and does not take this now. */
  BUSY(503, Category.RESOURCES, Retry.YES),
  /** The runtime drains: it stops, or the slot changes its model. */
  DRAINING(503, Category.RESOURCES, Retry.YES),
  /** The device spares itself until it is cooler. */
  TOO_HOT(503, Category.RESOURCES, Retry.YES),
  /** The protocol version asked for is not spoken. */
  UNSUPPORTED_PROTOCOL_VERSION(505, Category.USER, Retry.NO);

  /** Who can do something about it. */
  public enum Category {
    USER,
    INTERNAL,
    RESOURCES
  }

  private enum Retry {
    YES,
    NO
  }

  private final int status;
  private final Category category;
  private final Retry retry;

  ErrorCode(int status, Category category, Retry retry) {
    this.status = status;
    this.category = category;
    this.retry = retry;
  }

  /** The RPC status, as in HTTP: 400, 408, 415, 500, 503 or 505. */
  public int status() {
    return status;
  }

  public Category category() {
    return category;
  }

  /** Whether the same request may succeed later. */
  public boolean retriable() {
    return retry == Retry.YES;
  }

  /** The code on the wire, for example {@code prompt_too_long}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
