package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.config.MqttConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTopicsTest {

  private final ReplyTopics standard = new ReplyTopics(MqttConfig.DEFAULT_REPLY_TOPICS, "gw-1");
  private final ReplyTopics free = new ReplyTopics(List.of("#"), "gw-1");

  @ParameterizedTest
  @ValueSource(
      strings = {"clients/a", "clients/a/b", "clients", "bantam/v1/device/other/answer/me/chat"})
  void shouldAllowTheDefaults(String topic) {
    assertThat(standard.allows(topic)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "clients/+",
        "clients/#",
        "clients/\u0000",
        "clients/\u0007",
        "clients/\uFFFE",
        "clients/\uD800",
        "clientsx/a",
        "bantam/v1/device/gw-1/slot/main/desired",
        "$SYS/clients/a",
        "bantam/v1/device/gw-1/status",
        "bantam/v1/device/gw-1/task/chat",
        "bantam/v1/fleet/all/task/chat",
        "bantam/v1"
      })
  void shouldRefuseTheRest(String topic) {
    assertThat(standard.allows(topic)).isFalse();
  }

  @Test
  void shouldBoundTheLengthInBytes() {
    assertThat(standard.allows("clients/" + "a".repeat(65_535 - 8))).isTrue();
    assertThat(standard.allows("clients/" + "a".repeat(65_535 - 7))).isFalse();
    assertThat(standard.allows("clients/" + "\u00e9".repeat(32_764))).isFalse();
  }

  @Test
  void shouldPutTheDeviceInTheFiltersPlace() {
    ReplyTopics own = new ReplyTopics(List.of("plant/{device}/#"), "gw-1");
    assertThat(own.allows("plant/gw-1/x")).isTrue();
    assertThat(own.allows("plant/gw-2/x")).isFalse();
    assertThat(own.allows("clients/a")).isFalse();
    assertThat(own.allows("bantam/v1/device/gw-1/answer/me/chat")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "x/y, true",
    "bantam/v2/x, true",
    "bantam/v1/device/gw-1/answer/me/chat, true",
    "bantam/v1/device/gw-1/cancel, false",
    "bantam/v1, false",
    "$SYS/broker, false",
    "a/+, false"
  })
  void shouldGuardTheOwnTreeEvenWhereAllIsFree(String topic, boolean allowed) {
    assertThat(free.allows(topic)).isEqualTo(allowed);
  }
}
