package dev.bantam.broker;

/** A QoS 1 or 2 delivery that has a packet identifier and waits for the client's word. */
final class InFlight {

  /** How far a delivery has come. */
  enum Stage {
    /** PUBLISH sent; waits for PUBACK or PUBREC. */
    PUBLISHED,
    /** PUBREC came, PUBREL sent; waits for PUBCOMP. */
    RELEASED
  }

  private final int packetId;
  private final Delivery delivery;
  private Stage stage = Stage.PUBLISHED;
  private boolean counted;

  InFlight(int packetId, Delivery delivery) {
    this.packetId = packetId;
    this.delivery = delivery;
  }

  int packetId() {
    return packetId;
  }

  Delivery delivery() {
    return delivery;
  }

  Stage stage() {
    return stage;
  }

  void released() {
    stage = Stage.RELEASED;
  }

  /** Whether it takes a place in the present connection's Receive Maximum. */
  boolean isCounted() {
    return counted;
  }

  void setCounted(boolean isCounted) {
    counted = isCounted;
  }
}
