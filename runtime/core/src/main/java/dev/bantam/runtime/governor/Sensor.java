package dev.bantam.runtime.governor;

import java.util.Optional;

/** Something that is read once a second. Blocking; for one thread at a time. */
interface Sensor {

  SensorKind kind();

  /** Empty where nothing shows it: that is no alarm. */
  Optional<Reading> read();
}
