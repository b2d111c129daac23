package dev.bantam.simulator.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.simulator.recording.Recording;
import dev.bantam.simulator.recording.RecordingException;
import dev.bantam.simulator.recording.Row;
import dev.bantam.simulator.scenario.Placeholders;
import dev.bantam.simulator.scenario.ReplaySpec;
import dev.bantam.simulator.scenario.ReplaySpec.Clock;
import dev.bantam.simulator.scenario.Scenario.FormName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a recorded file says, at its own times or at an even pace. */
final class ReplayStream implements EventStream {

  private final ReplaySpec spec;
  private final int number;
  private final String topic;
  private @Nullable Recording recording;
  private long rows;
  private long firstTime;
  private boolean first = true;
  private long lastNanos;
  private long gapNanos;
  private long roundStarts;

  ReplayStream(ReplaySpec spec, int number) {
    this.spec = spec;
    this.number = number;
    this.topic = Placeholders.fill(spec.outlet().topic().orElse("replays/{id}"), name -> spec.id());
  }

  @Override
  public Optional<Publication> next() {
    try {
      Optional<Row> row = row();
      return row.isPresent() ? Optional.of(publication(row.get())) : Optional.empty();
    } catch (RecordingException e) {
      throw new ScheduleException("%s:%d: %s".formatted(spec.file(), e.line(), e.getMessage()), e);
    } catch (IOException e) {
      throw new ScheduleException(
          "%s cannot be read: %s".formatted(spec.file(), e.getMessage()), e);
    }
  }

  private Optional<Row> row() throws IOException, RecordingException {
    Optional<Row> row = open().next();
    if (row.isPresent() || !spec.repeat() || rows == 0) {
      return row;
    }
    close();
    first = true;
    roundStarts = lastNanos + gapNanos;
    return open().next();
  }

  private Recording open() throws IOException {
    if (recording == null) {
      recording =
          Recording.open(
              spec.file(),
              spec.attachments()
                  .open(spec.file())
                  .orElseThrow(() -> new IOException("it is not there any more")));
    }
    return recording;
  }

  private Publication publication(Row row) throws RecordingException {
    long nanos = nanos(row);
    gapNanos = Math.max(1, nanos - lastNanos);
    lastNanos = nanos;
    rows++;
    return new Publication(
        nanos,
        spec.id(),
        number,
        topic,
        payload(row.fields()),
        spec.outlet().qos(),
        spec.outlet().retain(),
        label(row.fields()));
  }

  private long nanos(Row row) throws RecordingException {
    if (spec.clock() instanceof Clock.Even even) {
      return rows * even.interval().toNanos();
    }
    Clock.Recorded recorded = (Clock.Recorded) spec.clock();
    long time = recorded.of(row);
    firstTime = first ? time : firstTime;
    first = false;
    return roundStarts + Math.round((time - firstTime) / recorded.speed());
  }

  /** A label that is empty, 0, false or "normal" is none. */
  private Optional<String> label(ObjectNode fields) {
    return spec.label()
        .map(field -> fields.path(field).asText(""))
        .filter(text -> !List.of("", "0", "false", "normal", "null").contains(text));
  }

  private byte[] payload(ObjectNode fields) {
    ObjectNode shown = fields.deepCopy();
    spec.label().ifPresent(shown::remove);
    if (spec.clock() instanceof Clock.Recorded recorded) {
      shown.remove(recorded.field());
    }
    if (spec.outlet().form() == FormName.JSON) {
      return shown.toString().getBytes(StandardCharsets.UTF_8);
    }
    List<String> parts = new ArrayList<>();
    shown.fields().forEachRemaining(entry -> parts.add(part(entry.getKey(), entry.getValue())));
    String text = parts.size() == 1 ? shown.elements().next().asText() : String.join(", ", parts);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String part(String name, JsonNode value) {
    return name + " " + (value.isValueNode() ? value.asText() : value.toString());
  }

  @Override
  public void close() {
    try {
      if (recording != null) {
        recording.close();
      }
    } catch (IOException e) {
      throw new ScheduleException("%s cannot be closed".formatted(spec.file()), e);
    } finally {
      recording = null;
    }
  }
}
