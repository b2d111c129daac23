package dev.bantam.runtime.governor;

import java.util.Locale;

/** How hard something presses a device, the least first. */
public enum Level {
  /** All is well. */
  NORMAL,
  /** Not well enough to go back to what was given up; else nothing is different. */
  RAISED,
  /** While it lasts, the device gives one thing up after another. */
  HIGH,
  /** It takes no requests. */
  CRITICAL;

  /** Whether it is this or worse. */
  boolean isAtLeast(Level other) {
    return compareTo(other) >= 0;
  }

  /** As status and telemetry have it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As the status has it of a temperature. */
  public String heatName() {
    return switch (this) {
      case NORMAL, CRITICAL -> wireName();
      case RAISED -> "warm";
      case HIGH -> "hot";
    };
  }
}
