package dev.bantam.simulator.schedule;

import dev.bantam.simulator.payload.PayloadForm;
import dev.bantam.simulator.payload.PayloadForms;
import dev.bantam.simulator.scenario.Placeholders;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.SensorSpec;
import dev.bantam.simulator.signal.Seed;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What one sensor does: it publishes its announcements, then a message for each sample, and asks
 * about it at the same time, if it asks.
 */
final class SensorStream implements EventStream {

  private final SensorSampler sampler;
  private final long endNanos;
  private final Scenario.Outlet outlet;
  private final Instant starts;
  private final String id;
  private final int number;
  private final String topic;
  private final PayloadForm form;
  private final Optional<QuestionWriter> questions;
  private final Deque<Event> ready = new ArrayDeque<>();

  SensorStream(
      Scenario scenario,
      SensorSpec spec,
      SensorSampler sampler,
      int number,
      Optional<QuestionWriter> questions) {
    this.questions = questions;
    this.sampler = sampler;
    this.endNanos = scenario.duration().toNanos();
    this.outlet = spec.outlet();
    this.starts = scenario.starts();
    this.id = sampler.face().id();
    Seed seed = new Seed(scenario.seed()).of("form").of(id);
    this.form = PayloadForms.of(outlet.form(), sampler.face(), seed);
    this.number = number;
    this.topic =
        outlet.topic().map(own -> Placeholders.fill(own, name -> id)).orElseGet(form::topic);
    for (PayloadForm.Announcement said : form.announce(topic)) {
      ready.add(
          new Publication(
              0,
              id,
              number,
              said.topic(),
              said.payload(),
              Math.max(1, outlet.qos()),
              true,
              Optional.empty()));
    }
  }

  @Override
  public Optional<Event> next() {
    if (!ready.isEmpty()) {
      return Optional.of(ready.remove());
    }
    SensorSample sample = sampler.next();
    while (sample.readings().isEmpty()) {
      if (sample.atNanos() >= endNanos) {
        return Optional.empty();
      }
      sample = sampler.next();
    }
    SensorSample spoken = sample;
    questions.ifPresent(writer -> ready.add(writer.about(spoken)));
    byte[] payload = form.write(starts.plusNanos(sample.atNanos()), sample.readings());
    return Optional.of(
        new Publication(
            sample.atNanos(),
            id,
            number,
            topic,
            payload,
            outlet.qos(),
            outlet.retain(),
            sample.label()));
  }
}
