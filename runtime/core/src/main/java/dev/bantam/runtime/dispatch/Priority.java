package dev.bantam.runtime.dispatch;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which requests of a slot's queue come first. In order, the most urgent first. */
public enum Priority {
  HIGH,
  NORMAL,
  LOW;

  /** The word on the wire. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** By its word. */
  public static Optional<Priority> named(String word) {
    return Arrays.stream(values()).filter(priority -> priority.wireName().equals(word)).findFirst();
  }

  /** All words, to be shown. */
  public static String words() {
    return Arrays.stream(values()).map(Priority::wireName).collect(Collectors.joining(", "));
  }
}
