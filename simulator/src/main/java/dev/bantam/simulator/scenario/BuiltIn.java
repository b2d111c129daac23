package dev.bantam.simulator.scenario;

import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The scenarios that come with the simulator. */
public final class BuiltIn {

  private static final String FOLDER = "/dev/bantam/simulator/scenarios/";

  private static final List<String> NAMES =
      List.of(
          "demo",
          "boiler-room",
          "cold-chain",
          "factory-line",
          "smart-home",
          "load",
          "broker-loss",
          "device-loss",
          "heat-wave",
          "governor-heat-ramp",
          "governor-memory-squeeze",
          "governor-flapping-sensor",
          "governor-missing-sensor",
          "swap-storm",
          "swap-storm-exclusive",
          "swap-soak",
          "request-storm");

  private BuiltIn() {}

  /** Their names, in the order in which they are listed. */
  public static List<String> names() {
    return NAMES;
  }

  /** A resource beside them. */
  static @Nullable InputStream open(String file) {
    return BuiltIn.class.getResourceAsStream(FOLDER + file);
  }
}
