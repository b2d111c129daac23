package dev.bantam.runtime.swap;

import dev.bantam.runtime.swap.SwapOutcome.Result;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a slot begins with after a start, by its journal. */
public final class SlotStart {

  private static final Logger log = LoggerFactory.getLogger(SlotStart.class);

  private final String slot;
  private final JournalFile file;
  private final ModelReference configured;
  private final Optional<SlotJournal> before;

  private SlotStart(
      String slot, JournalFile file, ModelReference configured, Optional<SlotJournal> before) {
    this.slot = slot;
    this.file = file;
    this.configured = configured;
    this.before = before;
  }

  /**
   * Reads a slot's journal. Blocking.
   *
   * @param state folder for what is kept over a restart; empty to keep nothing
   * @param configured the model that profile and site name
   */
  public static SlotStart read(
      Optional<Path> state, String device, String slot, ModelReference configured) {
    JournalFile file = JournalFile.of(state, device, slot);
    return new SlotStart(slot, file, configured, file.read());
  }

  /** Models to try, the best first; the last is the configured one. */
  public List<ModelReference> candidates() {
    if (before.isEmpty()) {
      return List.of(configured);
    }
    SlotJournal found = before.get();
    if (!found.configured().equals(configured.toString())) {
      log.info(
          "slot {}: the configuration names {} now; it was {} when {} was put in by a wish, which counts no more",
          slot,
          configured,
          found.configured(),
          found.active());
      return List.of(configured);
    }
    return Stream.concat(found.startable().stream(), Stream.of(configured)).distinct().toList();
  }

  /**
   * The journal to go on with.
   *
   * @param active the model that was loaded
   */
  SlotJournal begun(ModelReference active) {
    SlotJournal first = SlotJournal.first(configured, active);
    if (before.isEmpty()) {
      return first;
    }
    SlotJournal found = before.get();
    boolean goesOn =
        found.configured().equals(configured.toString())
            && found.active().equals(active.toString());
    SlotJournal journal = goesOn ? found : found.restarted(first);
    if (found.attempt().filter(tried -> tried.generation() == Desired.BY_DEVICE).isPresent()) {
      return journal.untried(); // The configuration says now what is to be tried.
    }
    if (found.attempt().isPresent()) {
      journal = journal.ended(interrupted(found.attempt().get()));
      log.warn(
          "slot {}: {} was not committed when the process ended, and is not tried again; {} serves",
          slot,
          found.attempt().get().model(),
          active);
    }
    return journal;
  }

  private static SwapOutcome interrupted(SlotJournal.Attempt attempt) {
    return new SwapOutcome(
        attempt.generation(),
        attempt.deploymentId(),
        attempt.model(),
        Result.FAILED_ROLLBACK_COMPLETE,
        Optional.of("interrupted"),
        Optional.of(
            "the process ended before the model was committed; wish for it again with a higher generation"),
        Optional.empty(),
        Map.of(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
  }

  JournalFile file() {
    return file;
  }
}
