package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PahoWakerTest {

  /** As Paho's connecting thread does, but for hours. */
  private static Thread looking(AtomicBoolean others) {
    Thread thread =
        new Thread(
            () -> {
              while (!others.get()) {
                try {
                  TimeUnit.HOURS.sleep(1);
                } catch (InterruptedException e) {
                  continue;
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void shouldMakeASleepingThreadLookAgain() throws InterruptedException {
    AtomicBoolean others = new AtomicBoolean();
    Thread connecting = looking(others);
    PahoWaker.begin(connecting);
    others.set(true);
    connecting.join(Duration.ofSeconds(10).toMillis());
    assertThat(connecting.isAlive()).isFalse();
  }
}
