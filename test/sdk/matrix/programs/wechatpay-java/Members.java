import com.google.gson.annotations.SerializedName;
import com.wechat.pay.java.core.util.GsonUtil;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What members the models of wechatpay-java have, as they are spelled in JSON. */
public final class Members {
  private Members() {}

  public static List<Field> of(Class<?> model) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> of = model; of != Object.class; of = of.getSuperclass()) {
      Arrays.stream(of.getDeclaredFields())
          .filter(field -> !Modifier.isStatic(field.getModifiers()))
          .forEach(fields::add);
    }
    return fields;
  }

  public static List<String> valuesOf(Class<?> enumeration) {
    return Arrays.stream(enumeration.getFields())
        .filter(Field::isEnumConstant)
        .map(Members::nameOf)
        .collect(Collectors.toList());
  }

  public static String nameOf(Field field) {
    SerializedName name = field.getAnnotation(SerializedName.class);
    if (name != null) return name.value();
    return field.isEnumConstant()
        ? field.getName()
        : GsonUtil.getGson().fieldNamingStrategy().translateName(field);
  }
}
