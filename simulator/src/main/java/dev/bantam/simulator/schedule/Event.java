package dev.bantam.simulator.schedule;

/** Something that happens at a known time. */
public sealed interface Event permits Publication, Request, Fault, Wish {

  /** Nanoseconds since the scenario's start. */
  long atNanos();
}
