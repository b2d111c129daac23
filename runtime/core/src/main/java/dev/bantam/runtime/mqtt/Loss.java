package dev.bantam.runtime.mqtt;

import java.util.Optional;

/**
 * Why a connection ended or did not come about.
 *
 * @param reason one line without a stop at its end
 * @param code MQTT 5's reason code of the broker's CONNACK or DISCONNECT; empty if it said nothing
 * @param serverReference the broker that this one sends its clients to
 * @param isChosen whether it was our own choice
 */
record Loss(
    String reason, Optional<Integer> code, Optional<String> serverReference, boolean isChosen) {

  /** What a broker has said. */
  Loss(String reason, Optional<Integer> code, Optional<String> serverReference) {
    this(reason, code, serverReference, false);
  }

  /** The network's fault, or a broker that said nothing. */
  static Loss of(String reason) {
    return new Loss(reason, Optional.empty(), Optional.empty());
  }

  /** Our own choice. */
  static Loss chosen(String reason) {
    return new Loss(reason, Optional.empty(), Optional.empty(), true);
  }

  /** Whether the connection ended without a word from the broker. */
  boolean isCut() {
    return code.isEmpty() && !isChosen;
  }

  boolean isTakeOver() {
    return code.equals(Optional.of(ReasonCodes.SESSION_TAKEN_OVER));
  }

  /** Whether the broker wants its clients to go to another one. */
  boolean isSentAway() {
    return code.isPresent() && ReasonCodes.isSentAway(code.get());
  }

  /** Whether somebody has to change something before another attempt can succeed. */
  boolean needsPerson() {
    return code.isPresent() && ReasonCodes.needsPerson(code.get());
  }
}
