package dev.bantam.broker;

import dev.bantam.testkit.Mosquitto;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The same suite against a real mosquitto: it keeps the suite honest. */
class MosquittoConformanceIT extends BrokerConformance {

  private static Mosquitto mosquitto;

  @BeforeAll
  static void start(@TempDir Path folder) {
    mosquitto = Mosquitto.start(folder);
  }

  @AfterAll
  static void stop() {
    mosquitto.close();
  }

  @Override
  int port() {
    return mosquitto.port();
  }

  @Override
  boolean isEmbedded() {
    return false;
  }
}
