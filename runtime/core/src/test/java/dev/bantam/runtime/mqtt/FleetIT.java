package dev.bantam.runtime.mqtt;

import dev.bantam.testkit.Mosquitto;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A fleet over a real mosquitto. */
class FleetIT extends FleetCases {

  private static Mosquitto broker;

  @BeforeAll
  static void startBroker(@TempDir Path folder) {
    broker = Mosquitto.start(folder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Override
  String url() {
    return broker.url();
  }
}
