package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InstancesTest {

  private final Instances instances = new Instances("00000001");

  @Test
  void shouldKnowItsOwn() {
    assertThat(instances.of(7)).isEqualTo("00000001-7");
    assertThat(instances.isStranger("00000001-6", 7, true)).isFalse();
  }

  @Test
  void shouldCountAStrangerOncePerConnection() {
    assertThat(instances.isStranger("0000000a-1", 2, true)).isTrue();
    assertThat(instances.isStranger("0000000a-2", 2, true)).isFalse();
    assertThat(instances.isStranger("0000000a-3", 3, true)).isTrue();
  }

  @Test
  void shouldNotCountWhatWasThereBefore() {
    assertThat(instances.isStranger("0000000a-4", 1, false)).isFalse();
    assertThat(instances.isStranger("0000000a-4", 2, true)).isFalse();
    assertThat(instances.isStranger("0000000a-3", 3, true)).isFalse();
    assertThat(instances.isStranger("0000000a-5", 4, true)).isTrue();
  }

  @Test
  void shouldNotCountWhatNoRuntimeWrote() {
    assertThat(instances.isStranger("", 2, true)).isFalse();
    assertThat(instances.isStranger("somebody", 2, true)).isFalse();
    assertThat(instances.isStranger("0000000a-99999999999", 2, true)).isFalse();
  }
}
