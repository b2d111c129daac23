package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BrokersTest {

  private static final BrokerAddress ONE = new BrokerAddress("one", 1883, false);
  private static final BrokerAddress TWO = new BrokerAddress("two", 8883, true);
  private static final BrokerAddress THREE = new BrokerAddress("three", 1883, false);

  private final Brokers brokers = new Brokers(List.of(ONE, TWO, THREE));

  @Test
  void shouldTryOneAfterTheOtherAndThenWait() {
    assertThat(brokers.current()).isEqualTo(ONE);
    assertThat(brokers.failed(ONE)).isTrue();
    assertThat(brokers.current()).isEqualTo(TWO);
    assertThat(brokers.failed(TWO)).isTrue();
    assertThat(brokers.failed(THREE)).isFalse();
    assertThat(brokers.current()).isEqualTo(ONE);
  }

  @Test
  void shouldNotSkipABrokerWhenSeveralConnectionsFailAtOnce() {
    brokers.failed(ONE);
    assertThat(brokers.failed(ONE)).isTrue();
    assertThat(brokers.current()).isEqualTo(TWO);
  }

  @Test
  void shouldBeginWithTheFirstAfterALostConnection() {
    brokers.failed(ONE);
    brokers.connected(TWO);
    brokers.lost(TWO);
    assertThat(brokers.current()).isEqualTo(ONE);
    brokers.lost(TWO);
    assertThat(brokers.current()).isEqualTo(ONE);
  }

  @Test
  void shouldTellConnectionsThatAreLeftBehind() {
    brokers.connected(ONE);
    assertThat(brokers.hasMovedFrom(ONE)).isFalse();
    brokers.connected(THREE);
    assertThat(brokers.hasMovedFrom(ONE)).isTrue();
    assertThat(brokers.current()).isEqualTo(THREE);
  }

  @Test
  void shouldFollowAReferenceToItsOwnBrokersOnly() {
    assertThat(brokers.prefer("elsewhere:1883 two:8883")).isTrue();
    assertThat(brokers.current()).isEqualTo(TWO);
    assertThat(brokers.prefer("three")).isTrue();
    assertThat(brokers.current()).isEqualTo(THREE);
    assertThat(brokers.prefer("elsewhere:1883")).isFalse();
    assertThat(brokers.prefer("")).isFalse();
    assertThat(brokers.current()).isEqualTo(THREE);
  }

  @Test
  void shouldHaveNothingElseToTryWithOneBroker() {
    Brokers single = new Brokers(List.of(ONE));
    assertThat(single.failed(ONE)).isFalse();
    assertThat(single.current()).isEqualTo(ONE);
  }
}
