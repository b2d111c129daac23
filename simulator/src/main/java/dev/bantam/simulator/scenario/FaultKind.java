package dev.bantam.simulator.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can go wrong. */
public enum FaultKind {
  /** The broker is killed as by {@code kill -9}, and started again. */
  BROKER_KILL(Hits.BROKER),
  /** A device is killed as by {@code kill -9}, and started again. */
  DEVICE_KILL(Hits.DEVICE),
  /** A device is stopped by SIGSTOP, and goes on by SIGCONT. */
  DEVICE_FREEZE(Hits.DEVICE),
  /** Nothing passes; connections stay, and what was sent meanwhile comes after. */
  NETWORK_CUT(Hits.LINK),
  /** All connections are reset once. */
  NETWORK_DROP(Hits.LINK),
  /** Everything takes longer. */
  NETWORK_DELAY(Hits.LINK),
  /** Some of what is sent stalls, and all that is behind it. */
  NETWORK_LOSS(Hits.LINK),
  /** So many bytes a second, in each direction. */
  NETWORK_THROTTLE(Hits.LINK),
  /** So many bytes a second from the broker. */
  SLOW_CONSUMER(Hits.LINK),
  /** The file system of a device's home is filled. */
  DISK_FULL(Hits.DEVICE),
  /** A byte of a device's own copy of a model is changed, and the device started again. */
  CORRUPT_MODEL(Hits.DEVICE);

  /** What a kind of fault is aimed at. */
  public enum Hits {
    BROKER,
    DEVICE,
    /** The connections of a device, an application, or several of them. */
    LINK
  }

  private final Hits hits;

  FaultKind(Hits hits) {
    this.hits = hits;
  }

  public Hits hits() {
    return hits;
  }

  /** As scenarios have it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The kind of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static FaultKind of(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** All names. */
  public static List<String> keys() {
    return Arrays.stream(values()).map(FaultKind::key).toList();
  }
}
