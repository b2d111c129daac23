package dev.bantam.runtime.mqtt;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When and where one connection tries again, by what ended or refused the last attempt. */
final class Retries {

  private static final Logger log = LoggerFactory.getLogger(Retries.class);

  /** Until the device's other connections have noticed a conflict too. */
  private static final long AFTER_PAUSE_MS = 50;

  private final Connector connector;
  private final Backoff backoff = new Backoff();

  Retries(Connector connector) {
    this.connector = connector;
  }

  /** A connection lasted; the next wait is a short one. */
  void held() {
    backoff.reset();
  }

  /**
   * Chooses the broker of the next attempt.
   *
   * @param wasConnected false if the attempt failed
   * @param settings of the last attempt
   * @return milliseconds until the next
   */
  long delayMs(Loss loss, boolean wasConnected, ConnectionSettings settings) {
    Brokers brokers = connector.brokers();
    Pace usual = connector.paces().usual();
    if (loss.serverReference().filter(brokers::prefer).isPresent()) {
      return backoff.nextMs(usual);
    }
    loss.serverReference()
        .ifPresent(
            named ->
                log.warn(
                    "{}: the broker sends its clients to \"{}\", which is not in mqtt.url; add it there if it is right",
                    settings.clientId(),
                    named));
    boolean others = false;
    if (wasConnected && !loss.isSentAway()) {
      brokers.lost(settings.address());
    } else {
      others = brokers.failed(settings.address());
    }
    long pause = connector.conflict().pauseMs();
    if (pause > 0) {
      return pause + AFTER_PAUSE_MS;
    }
    return others
        ? usual.firstMs() / 2
        : backoff.nextMs(loss.needsPerson() ? connector.paces().person() : usual);
  }
}
