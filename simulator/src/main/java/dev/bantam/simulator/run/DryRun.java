package dev.bantam.simulator.run;

import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.schedule.Event;
import dev.bantam.simulator.schedule.Publication;
import dev.bantam.simulator.schedule.Request;
import dev.bantam.simulator.schedule.Schedule;
import dev.bantam.simulator.schedule.ScheduleHash;
import java.util.Optional;

/**
 * A scenario made without waiting and without a broker.
 *
 * @param messages how many there are
 * @param requests of applications that ask by the clock
 * @param bytes of all payloads, of messages and requests
 * @param scheduleSha256 over all messages and their times
 */
public record DryRun(long messages, long requests, long bytes, String scheduleSha256) {

  /**
   * Makes all messages.
   *
   * @throws dev.bantam.simulator.schedule.ScheduleException if a recorded file cannot be read on
   */
  public static DryRun of(Scenario scenario) {
    ScheduleHash hash = new ScheduleHash();
    long messages = 0;
    long requests = 0;
    long bytes = 0;
    try (Schedule schedule = Schedule.of(scenario)) {
      for (Optional<Event> next = schedule.next(); next.isPresent(); next = schedule.next()) {
        hash.add(next.get());
        if (next.get() instanceof Publication publication) {
          messages++;
          bytes += publication.payload().length;
        } else if (next.get() instanceof Request request) {
          requests++;
          bytes += request.body().length;
        }
      }
    }
    return new DryRun(messages, requests, bytes, hash.finish());
  }
}
