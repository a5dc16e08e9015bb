import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.wechat.pay.java.core.cipher.AeadAesCipher;
import com.wechat.pay.java.core.cipher.AeadCipher;
import com.wechat.pay.java.core.util.GsonUtil;
import com.wechat.pay.java.core.util.PemUtil;
import com.wechat.pay.java.service.billdownload.DigestBillEntity;
import com.wechat.pay.java.service.certificate.CertificateService;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/** Every public method of every service of wechatpay-java, found by reflection. */
final class Methods {
  private static final String ROOT = "com/wechat/pay/java/service/";
  private static final String BUILDER = "$Builder.class";

  private record Bound(Object service, Method method) {}

  private final Map<String, Bound> methods = new TreeMap<>();
  private final byte[] apiV3Key;

  /** @param parts what the builders of services ask for, the most general first */
  Methods(byte[] apiV3Key, Object... parts) throws Exception {
    this.apiV3Key = apiV3Key;
    for (String name : services()) {
      Object service = serviceOf(Class.forName(name.replace('/', '.') + "$Builder"), parts);
      String title = name.substring(ROOT.length()).replace('/', '.');
      for (Method method : service.getClass().getDeclaredMethods()) {
        if (!Modifier.isPublic(method.getModifiers())) continue;
        String parameters =
            Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", "));
        methods.put(
            title + "." + method.getName() + "(" + parameters + ")", new Bound(service, method));
      }
    }
  }

  private static List<String> services() throws Exception {
    File jar =
        new File(
            CertificateService.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile file = new JarFile(jar)) {
      return Collections.list(file.entries()).stream()
          .map(JarEntry::getName)
          .filter(name -> name.startsWith(ROOT) && name.endsWith(BUILDER))
          .map(name -> name.substring(0, name.length() - BUILDER.length()))
          .collect(Collectors.toList());
    }
  }

  private static Object serviceOf(Class<?> builderClass, Object[] parts) throws Exception {
    Object builder = builderClass.getDeclaredConstructor().newInstance();
    for (Object part : parts) {
      for (Method setter : builderClass.getMethods()) {
        Class<?>[] taken = setter.getParameterTypes();
        boolean fits = setter.getDeclaringClass() == builderClass && taken.length == 1;
        if (fits && taken[0].isInstance(part)) setter.invoke(builder, part);
      }
    }
    return builderClass.getMethod("build").invoke(builder);
  }

  /** The parameters of each method, as JSON Schemas. */
  JsonObject described() {
    JsonObject all = new JsonObject();
    methods.forEach(
        (name, bound) -> {
          JsonArray parameters = new JsonArray();
          for (Type type : bound.method.getGenericParameterTypes()) parameters.add(schemaOf(type));
          all.add(name, parameters);
        });
    return all;
  }

  private static JsonObject schemaOf(Type type) {
    JsonObject schema = new JsonObject();
    if (type instanceof ParameterizedType) {
      schema.addProperty("type", "array");
      schema.add("items", schemaOf(((ParameterizedType) type).getActualTypeArguments()[0]));
      return schema;
    }
    Class<?> of = (Class<?>) type;
    schema.addProperty("type", typeOf(of));
    if (of.isEnum()) schema.add("enum", GsonUtil.getGson().toJsonTree(Members.valuesOf(of)));
    if (!typeOf(of).equals("object")) return schema;
    JsonObject properties = new JsonObject();
    for (Field field : Members.of(of)) {
      properties.add(Members.nameOf(field), schemaOf(field.getGenericType()));
    }
    schema.add("properties", properties);
    return schema;
  }

  private static String typeOf(Class<?> type) {
    if (type == Long.class || type == Integer.class) return "integer";
    if (type == Double.class || type == BigDecimal.class) return "number";
    if (type == Boolean.class) return "boolean";
    return type.getName().startsWith("com.wechat.pay.java.service.") && !type.isEnum()
        ? "object"
        : "string";
  }

  JsonElement call(String name, JsonArray given) throws Exception {
    Bound bound = methods.get(name);
    Type[] types = bound.method.getGenericParameterTypes();
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) arguments[i] = argumentOf(types[i], given.get(i));
    try {
      Object answer = bound.method.invoke(bound.service, arguments);
      return bound.method.getReturnType() == void.class ? Steps.nothing() : readable(answer);
    } catch (InvocationTargetException thrown) {
      throw (Exception) thrown.getCause();
    }
  }

  private Object argumentOf(Type type, JsonElement given) {
    if (type == byte[].class) return given.getAsString().getBytes(StandardCharsets.UTF_8);
    if (type == AeadCipher.class) return new AeadAesCipher(apiV3Key);
    if (type instanceof ParameterizedType
        && ((ParameterizedType) type).getRawType() == Function.class) {
      Function<String, X509Certificate> certificateOf = PemUtil::loadX509FromString;
      return certificateOf;
    }
    return GsonUtil.getGson().fromJson(given, type);
  }

  private static JsonElement readable(Object answer) throws IOException {
    if (answer == null) throw new IllegalStateException("the answer was read to nothing");
    if (answer instanceof DigestBillEntity) return digested((DigestBillEntity) answer);
    if (answer instanceof List) {
      List<X509Certificate> certificates = new ArrayList<>();
      for (Object one : (List<?>) answer) certificates.add((X509Certificate) one);
      return Steps.certificates(certificates);
    }
    return GsonUtil.getGson().toJsonTree(answer);
  }

  private static JsonObject digested(DigestBillEntity bill) throws IOException {
    try (InputStream stream = bill.getInputStream()) {
      stream.readAllBytes();
    }
    if (!bill.verifyHash()) throw new IllegalStateException("the bill has another hash");
    return Steps.nothing();
  }
}
