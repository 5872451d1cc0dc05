/* body_surface.h - body surface from height and weight, by the formulas in use. Running leg. */
#ifndef B7_TREAT_BODY_SURFACE_H
#define B7_TREAT_BODY_SURFACE_H

/* h: height in cm, w: weight in kg. Identifier, name in files. */
#define B7_BODY_FORMULA_LIST(X)                                                                              \
  X(MOSTELLER, "mosteller")       /* sqrt(h w / 3600): Mosteller 1987 */                                     \
  X(DU_BOIS, "du_bois")           /* 0.007184 h^0.725 w^0.425: Du Bois and Du Bois 1916 */                   \
  X(HAYCOCK, "haycock")           /* 0.024265 h^0.3964 w^0.5378: Haycock 1978 */                             \
  X(GEHAN_GEORGE, "gehan_george") /* 0.0235 h^0.42246 w^0.51456: Gehan and George 1970 */                    \
  X(BOYD, "boyd")                 /* 0.0003207 h^0.3 g^(0.7285 - 0.0188 log10 g), g = 1000 w: Boyd 1935 */   \
  X(FUJIMOTO, "fujimoto")         /* 0.008883 h^0.663 w^0.444: Fujimoto 1968 */
typedef enum B7BodyFormula {
  B7_BODY_NONE,
#define B7_BODY_ENUM(id, name) B7_BODY_##id,
  B7_BODY_FORMULA_LIST(B7_BODY_ENUM)
#undef B7_BODY_ENUM
} B7BodyFormula;

/* Body surface in m2; NaN for B7_BODY_NONE. No cap. */
double b7_body_surface_m2(B7BodyFormula formula, double height_cm, double weight_kg);

#endif
