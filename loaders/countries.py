"""Country numbers of trade statistics and country names of public tables, to ISO 3166 alpha-3.

UN Comtrade and BACI number countries as the UN Statistics Division does, but not always as ISO
does: 842 USA, 699 India, 251 France, 579 Norway, 757 Switzerland, 490 other Asia, which is Taiwan.
"""

from __future__ import annotations

from loaders.tables import Tables

WORLD = "WLD"
UNKNOWN = "ZZZ"
"""Unknown or spread over several countries, as in countries.csv."""

_NUMBERS = """
4 AFG 8 ALB 12 DZA 16 ASM 20 AND 24 AGO 28 ATG 31 AZE 32 ARG 36 AUS 40 AUT 44 BHS 48 BHR 50 BGD
51 ARM 52 BRB 56 BEL 60 BMU 64 BTN 68 BOL 70 BIH 72 BWA 76 BRA 84 BLZ 86 IOT 90 SLB 92 VGB 96 BRN
100 BGR 104 MMR 108 BDI 112 BLR 116 KHM 120 CMR 124 CAN 132 CPV 136 CYM 140 CAF 144 LKA 148 TCD
152 CHL 156 CHN 162 CXR 166 CCK 170 COL 174 COM 175 MYT 178 COG 180 COD 184 COK 188 CRI 191 HRV
192 CUB 196 CYP 203 CZE 204 BEN 208 DNK 212 DMA 214 DOM 218 ECU 222 SLV 226 GNQ 231 ETH 232 ERI
233 EST 238 FLK 242 FJI 246 FIN 251 FRA 258 PYF 260 ATF 262 DJI 266 GAB 268 GEO 270 GMB 275 PSE
276 DEU 288 GHA 292 GIB 296 KIR 300 GRC 304 GRL 308 GRD 316 GUM 320 GTM 324 GIN 328 GUY 332 HTI
340 HND 344 HKG 348 HUN 352 ISL 360 IDN 364 IRN 368 IRQ 372 IRL 376 ISR 380 ITA 384 CIV 388 JAM
392 JPN 398 KAZ 400 JOR 404 KEN 408 PRK 410 KOR 414 KWT 417 KGZ 418 LAO 422 LBN 426 LSO 428 LVA
430 LBR 434 LBY 440 LTU 442 LUX 446 MAC 450 MDG 454 MWI 458 MYS 462 MDV 466 MLI 470 MLT 478 MRT
480 MUS 484 MEX 490 TWN 496 MNG 498 MDA 499 MNE 500 MSR 504 MAR 508 MOZ 512 OMN 516 NAM 520 NRU
524 NPL 528 NLD 531 CUW 533 ABW 534 SXM 535 BES 540 NCL 548 VUT 554 NZL 558 NIC 562 NER 566 NGA
570 NIU 574 NFK 579 NOR 580 MNP 583 FSM 584 MHL 585 PLW 586 PAK 591 PAN 598 PNG 600 PRY 604 PER
608 PHL 612 PCN 616 POL 620 PRT 624 GNB 626 TLS 634 QAT 642 ROU 643 RUS 646 RWA 652 BLM 654 SHN
659 KNA 660 AIA 662 LCA 666 SPM 670 VCT 674 SMR 678 STP 682 SAU 686 SEN 688 SRB 690 SYC 694 SLE
699 IND 702 SGP 703 SVK 704 VNM 705 SVN 706 SOM 710 ZAF 716 ZWE 724 ESP 728 SSD 729 SDN 740 SUR
748 SWZ 752 SWE 757 CHE 760 SYR 762 TJK 764 THA 768 TGO 772 TKL 776 TON 780 TTO 784 ARE 788 TUN
792 TUR 795 TKM 796 TCA 798 TUV 800 UGA 804 UKR 807 MKD 818 EGY 826 GBR 834 TZA 842 USA 854 BFA
858 URY 860 UZB 862 VEN 876 WLF 882 WSM 887 YEM 894 ZMB
158 TWN 250 FRA 356 IND 578 NOR 756 CHE 840 USA
"""
_NAMES = """
Afghanistan=AFG;Algeria=DZA;Angola=AGO;Antarctica=ATA;Argentina=ARG;Armenia=ARM;Australia=AUS;
Austria=AUT;Bangladesh=BGD;Belgium=BEL;Bolivia=BOL;Bosnia and Herzegovina=BIH;Botswana=BWA;
Brazil=BRA;Bulgaria=BGR;Burma=MMR;Burundi=BDI;Cabo Verde=CPV;Cambodia=KHM;Cameroon=CMR;Canada=CAN;
Chile=CHL;China=CHN;Colombia=COL;Czech Republic=CZE;Czechia=CZE;
Democratic Republic of the Congo=COD;Denmark=DNK;Egypt=EGY;Estonia=EST;Ethiopia=ETH;Finland=FIN;
France=FRA;French Guiana=GUF;Gabon=GAB;Germany=DEU;Ghana=GHA;Greece=GRC;Greenland=GRL;Guinea=GIN;
Guyana=GUY;Hungary=HUN;India=IND;Indonesia=IDN;Iran=IRN;Iraq=IRQ;Ireland=IRL;Italy=ITA;
Jamaica=JAM;Japan=JPN;Kazakhstan=KAZ;Kenya=KEN;Korea, North=PRK;Korea, Republic of=KOR;
Kyrgyzstan=KGZ;Laos=LAO;Liberia=LBR;Libya=LBY;Madagascar=MDG;Malawi=MWI;Malaysia=MYS;Mali=MLI;
Mauritania=MRT;Mexico=MEX;Mongolia=MNG;Montenegro=MNE;Morocco=MAR;Mozambique=MOZ;Myanmar=MMR;
Namibia=NAM;Netherlands=NLD;New Zealand=NZL;Niger=NER;Nigeria=NGA;North Korea=PRK;Norway=NOR;
Pakistan=PAK;Paraguay=PRY;Peru=PER;Philippines=PHL;Poland=POL;Portugal=PRT;Romania=ROU;
Russia=RUS;Russian Federation=RUS;Rwanda=RWA;Saudi Arabia=SAU;Senegal=SEN;Serbia=SRB;
Sierra Leone=SLE;Slovakia=SVK;Somalia=SOM;South Africa=ZAF;South Korea=KOR;Spain=ESP;
Sri Lanka=LKA;Suriname=SUR;Sweden=SWE;Switzerland=CHE;Syria=SYR;Taiwan=TWN;Tajikistan=TJK;
Tanzania=TZA;Thailand=THA;Togo=TGO;Tunisia=TUN;Turkey=TUR;Turkmenistan=TKM;Uganda=UGA;
Ukraine=UKR;United Arab Emirates=ARE;United Kingdom=GBR;United States=USA;Uruguay=URY;
Uzbekistan=UZB;Venezuela=VEN;Vietnam=VNM;Zambia=ZMB;Zimbabwe=ZWE;
Other countries=ZZZ;World total=WLD;World total (rounded)=WLD;Total=WLD
"""

_words = _NUMBERS.split()
NUMBERS: dict[int, str] = {
    int(number): iso3 for number, iso3 in zip(_words[::2], _words[1::2], strict=True)
}
NAMES: dict[str, str] = dict(
    pair.split("=", 1) for pair in _NAMES.replace("\n", "").split(";") if pair
)


def by_number(number: int) -> str | None:
    """ISO3 of a country number; None for groups, unspecified areas and numbers not in use."""
    return NUMBERS.get(number)


def by_name(name: str) -> str | None:
    """ISO3 of a name as USGS writes it; WLD for totals, ZZZ for other countries, None if unknown.

    `name` is taken as it stands: `glued` takes footnote marks off first.
    """
    return NAMES.get(" ".join(name.split()))


def glued(label: str) -> tuple[str, str]:
    """Name and footnote marks of a label that carries them at its end: `Indiae, 4`, `China3`.

    A letter is a mark only where the name is known without it and not with it, so that France
    and Chile keep their last letter. Returns the label as it stands where no name is found.
    """
    name = " ".join(label.split())
    bare = name.rstrip("0123456789, ")
    for known in (name, bare, bare[:-1].rstrip() if bare[-1:] in ("e", "r", "p") else bare):
        if known in NAMES:
            return known, name[len(known) :].strip(", ")
    return name, ""


def country_names(tables: Tables) -> dict[str, str]:
    """Names of the countries that the tables know, by code."""
    return {row.text("iso3"): row.text("name") for row in tables["countries"]}
