package dev.bantam.runtime.governor;

import java.util.Locale;

/** What presses a device. */
public enum SensorKind {
  TEMPERATURE("no thermal zone shows a temperature"),
  THROTTLING("nothing shows whether the processor is slowed down"),
  MEMORY("nothing shows whether memory is short"),
  POWER("nothing shows how fast the processor may run");

  private final String missing;

  SensorKind(String missing) {
    this.missing = missing;
  }

  /** What is to be said where there is no such sensor. */
  String missing() {
    return missing;
  }

  /**
   * Whether it may have a device give something up. A mode of power is set by somebody and stays,
   * so it lessens the work of each request and has nobody's refused.
   */
  boolean mayTake(Measure measure) {
    return this != POWER || !measure.refusesWork();
  }

  /** As events, status and telemetry have it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
