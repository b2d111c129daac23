package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.config.MqttConfig;
import java.util.List;
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
        "bantam/v1/device/gw-1/status",
        "bantam/v1/device/gw-1/task/chat",
        "bantam/v1/fleet/all/task/chat",
        "bantam/v1"
      })
  void shouldRefuseTheRest(String topic) {
    assertThat(standard.allows(topic)).isFalse();
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

  @ParameterizedTest
  @CsvSource({
    "a/+/c, a/b/c, true",
    "a/+, a/b/c, false",
    "a/#, a, true",
    "a/#, ab, false",
    "+/+, /x, true",
    "a/b, a/b/, false"
  })
  void shouldMatchAsMqttDoes(String filter, String topic, boolean matches) {
    assertThat(ReplyTopics.matches(filter, topic)).isEqualTo(matches);
  }
}
