package dev.bantam.simulator.schedule;

import java.util.Optional;

/** What one source does, in the order of time. */
interface EventStream extends AutoCloseable {

  /**
   * The next event, of a time not before the last one's.
   *
   * @return empty after the last
   * @throws ScheduleException if a file cannot be read on
   */
  Optional<? extends Event> next();

  @Override
  default void close() {}
}
