package dev.bantam.simulator.scenario;

import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import dev.bantam.simulator.recording.Recording;
import dev.bantam.simulator.recording.RecordingException;
import dev.bantam.simulator.recording.Row;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a recorded file to its end, so that what is wrong with it is known before it is played. */
final class ReplayCheck {

  private final Section replay;
  private final Attachments attachments;
  private final String file;
  private final List<Problem> problems = new ArrayList<>();

  ReplayCheck(Section replay, Attachments attachments) {
    this.replay = replay;
    this.attachments = attachments;
    this.file = replay.required("file");
  }

  List<Problem> problems() {
    if (Recording.ENDINGS.stream().noneMatch(file::endsWith)) {
      add("the name must end with one of " + String.join(", ", Recording.ENDINGS));
      return problems;
    }
    try {
      Optional<InputStream> in = attachments.open(file);
      if (in.isEmpty()) {
        add("there is no file \"%s\"".formatted(file));
        return problems;
      }
      try (Recording recording = Recording.open(file, in.get())) {
        read(recording);
      }
    } catch (RecordingException e) {
      problems.add(new Problem(file, e.line(), "", String.valueOf(e.getMessage())));
    } catch (IOException e) {
      add("the file cannot be read: " + e.getMessage());
    }
    return problems;
  }

  private void read(Recording recording) throws IOException, RecordingException {
    Optional<ReplaySpec.Clock.Recorded> clock = clock();
    Optional<Row> row = recording.next();
    if (row.isEmpty()) {
      add("the file \"%s\" has no rows".formatted(file));
    }
    long last = Long.MIN_VALUE;
    for (; row.isPresent(); row = recording.next()) {
      if (clock.isPresent()) {
        long time = clock.get().of(row.get());
        if (time < last) {
          throw new RecordingException(
              row.get().line(), "the time goes back; sort the rows by their time", null);
        }
        last = time;
      }
    }
  }

  /** Empty if there is none or the schema has a complaint. */
  private Optional<ReplaySpec.Clock.Recorded> clock() {
    try {
      return replay.has("time")
              && replay.section("time").text("field").isPresent()
              && ScenarioDecoder.clock(replay) instanceof ReplaySpec.Clock.Recorded recorded
          ? Optional.of(recorded)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void add(String message) {
    problems.add(replay.problem("file", message));
  }
}
