package dev.bantam.runtime.mqtt;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a device says of itself, as the fields of JSON objects. Asked on the gateway's context. */
public interface SelfPortrait {

  /**
   * Of the retained status, beside {@code state}, {@code device} and {@code instance}. Asked at
   * each connect and each {@link MqttGateway#publishStatus}.
   */
  Map<String, ? extends @Nullable Object> status();

  /** Of each slot's retained {@code reported}, by the slot's name; asked whenever the status is. */
  default Map<String, Map<String, Object>> reported() {
    return Map.of();
  }
}
