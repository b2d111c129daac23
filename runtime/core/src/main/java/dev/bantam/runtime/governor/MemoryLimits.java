package dev.bantam.runtime.governor;

/**
 * From when on memory is short: the percent of time in which some thread waits for it (PSI, {@code
 * some avg10} of the kernel's {@code Documentation/accounting/psi.rst}).
 *
 * @param raised from when on the device does not go back to what it gave up
 * @param high from when on it gives up one thing after another
 * @param critical from when on it takes no requests
 */
public record MemoryLimits(double raised, double high, double critical) {

  static final MemoryLimits USUAL = new MemoryLimits(10, 25, 60);

  Level of(double percent) {
    if (percent >= critical) {
      return Level.CRITICAL;
    }
    if (percent >= high) {
      return Level.HIGH;
    }
    return percent >= raised ? Level.RAISED : Level.NORMAL;
  }
}
