package dev.bantam.simulator.app;

import dev.bantam.protocol.FleetTopics;
import dev.bantam.protocol.Topics;
import dev.bantam.simulator.scenario.ApplicationSpec;
import java.util.Optional;

/** The topics of whom an application asks. */
public sealed interface Addresses {

  /** Of whom an application asks: its fleet, its device, or else the one that the run is told. */
  static Addresses of(ApplicationSpec spec, Optional<String> device) {
    return spec.fleet()
        .<Addresses>map(group -> new OfFleet(new FleetTopics(group)))
        .orElseGet(() -> new OfDevice(new Topics(spec.device().or(() -> device).orElseThrow())));
  }

  /** Where a request of MQTT 5 goes. */
  String task(String task);

  /** Where a request of MQTT 3.1.1 goes. */
  String ask(String client, String task);

  /** Where a client is answered. */
  String answer(String client, String task);

  /** What a client listens to. */
  String answers(String client);

  /** Where a cancel of MQTT 5 goes. */
  String cancel();

  /** One device. */
  record OfDevice(Topics topics) implements Addresses {
    @Override
    public String task(String task) {
      return topics.task(task);
    }

    @Override
    public String ask(String client, String task) {
      return topics.ask(client, task);
    }

    @Override
    public String answer(String client, String task) {
      return topics.answer(client, task);
    }

    @Override
    public String answers(String client) {
      return topics.base() + "/answer/" + client + "/#";
    }

    @Override
    public String cancel() {
      return topics.cancel();
    }
  }

  /** A group of devices, which can be asked by MQTT 5 only, and not be told to cancel. */
  record OfFleet(FleetTopics topics) implements Addresses {
    @Override
    public String task(String task) {
      return topics.task(task);
    }

    @Override
    public String ask(String client, String task) {
      throw new IllegalStateException("a fleet has no topics for MQTT 3.1.1");
    }

    @Override
    public String answer(String client, String task) {
      return "clients/" + client + "/" + task;
    }

    @Override
    public String answers(String client) {
      return "clients/" + client + "/#";
    }

    @Override
    public String cancel() {
      throw new IllegalStateException("a fleet has no topic for cancels");
    }
  }
}
