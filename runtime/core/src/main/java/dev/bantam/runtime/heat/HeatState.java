package dev.bantam.runtime.heat;

import java.util.Locale;

/** How hot a device is, the coolest first. */
public enum HeatState {
  /** Nothing is different. */
  NORMAL,
  /** Said in the status; nothing else is different. */
  WARM,
  /** It takes no work that it shares with other devices. */
  HOT,
  /** It refuses further requests, too. */
  CRITICAL;

  /** Whether it takes work that other devices could do. */
  public boolean sharesWork() {
    return compareTo(HOT) < 0;
  }

  /** Whether it takes requests at all. */
  public boolean takesRequests() {
    return this != CRITICAL;
  }

  /** As the status has it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
