package dev.bantam.models.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentProxiesTest {

  private static final URI MODEL = URI.create("https://models.example/a.gguf");

  @ParameterizedTest
  @ValueSource(strings = {"https_proxy", "HTTPS_PROXY"})
  void shouldUseTheProxyOfTheEnvironment(String variable) {
    assertThat(select(Map.of(variable, "http://proxy:3128"))).isEqualTo("proxy:3128");
    assertThat(select(Map.of(variable, "proxy"))).isEqualTo("proxy:80");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "models.example", "a, .example", "example"})
  void shouldSpareExemptHosts(String exempt) {
    assertThat(select(Map.of("https_proxy", "proxy", "no_proxy", exempt))).isEqualTo("direct");
  }

  @Test
  void shouldGoDirectlyOtherwise() {
    assertThat(select(Map.of())).isEqualTo("direct");
    assertThat(select(Map.of("http_proxy", "proxy", "https_proxy", " "))).isEqualTo("direct");
    assertThat(select(Map.of("https_proxy", "proxy", "no_proxy", "s.example")))
        .isEqualTo("proxy:80");
  }

  private static String select(Map<String, String> environment) {
    Proxy proxy = EnvironmentProxies.of(environment).select(MODEL).get(0);
    return proxy.address() instanceof InetSocketAddress address
        ? address.getHostString() + ":" + address.getPort()
        : "direct";
  }
}
