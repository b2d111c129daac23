package dev.bantam.simulator.run;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/** CPU time of this process since the clock was made: all threads, the compiler's too. */
public final class CpuClock {

  private final long start = now();

  private static long now() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }

  /** The CPU time so far; zero where the JVM does not say. */
  public Duration elapsed() {
    return Duration.ofNanos(now() - start);
  }
}
