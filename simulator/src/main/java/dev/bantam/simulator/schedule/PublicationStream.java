package dev.bantam.simulator.schedule;

import java.util.Optional;

/** What one source publishes, in the order of time. */
interface PublicationStream extends AutoCloseable {

  /**
   * The next message, of a time not before the last one's.
   *
   * @return empty after the last
   * @throws ScheduleException if a file cannot be read on
   */
  Optional<Publication> next();

  @Override
  default void close() {}
}
