package dev.bantam.runtime.route;

import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SiteConfigReader;
import java.nio.file.Path;

/** Routes as a user writes them. */
final class RouteConfigs {

  private RouteConfigs() {}

  static SiteConfig site(String routes) {
    return new SiteConfigReader()
        .read(
            "bantam.yaml",
            "device: gw-1\nmqtt: {url: mqtt://broker}\nroutes:\n" + routes.indent(2),
            Path.of("."))
        .orElseThrow(IllegalArgumentException::new);
  }

  /** One route, by what stands in its braces. */
  static RouteConfig route(String keys) {
    return site("r: {" + keys + "}").routes().routes().get(0);
  }
}
