"""What is known of torchvision's classifiers. The table is written by `python -m tests.learning.torchvision_table`."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.recipe.backbones import Triple

URL = "https://download.pytorch.org/models"
LICENCE = "BSD-3-Clause, as torchvision; trained on ImageNet"
IMAGENET: tuple[Triple, Triple] = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True, slots=True)
class TorchvisionFacts:
    """A classifier and its newest published weights."""

    channels: int
    stride: int
    size: int
    """Side of the pictures it was tested with, in pixels."""
    mib: int
    """Size of the weights up to the last feature map, rounded up."""
    node: str
    """Of its graph: what gives the last feature map."""
    file: str
    """Of its weights, below `URL`."""
    licence: str = LICENCE
    mean: Triple = IMAGENET[0]
    std: Triple = IMAGENET[1]
    sides: tuple[int, int] = (32, 1 << 30)
    """Smallest and largest side of pictures that it takes, in pixels."""
    older: str = ""
    """File of torchvision's IMAGENET1K_V1, trained as in the papers, where it is another one."""

    @property
    def url(self) -> str:
        """Where its weights are published."""
        return f"{URL}/{self.file}"

    @property
    def first_url(self) -> str:
        """Where torchvision's IMAGENET1K_V1 are published: what a backbone that is named without its library takes."""
        return f"{URL}/{self.older or self.file}"


FACTS: Mapping[str, TorchvisionFacts] = {
    "alexnet": TorchvisionFacts(256, 32, 224, 10, "features", "alexnet-owt-7be5be79.pth", sides=(64, 1073741824)),
    "convnext_base": TorchvisionFacts(1024, 32, 224, 335, "features", "convnext_base-6075fbad.pth"),
    "convnext_large": TorchvisionFacts(1536, 32, 224, 749, "features", "convnext_large-ea097f82.pth"),
    "convnext_small": TorchvisionFacts(768, 32, 224, 189, "features", "convnext_small-0c510722.pth"),
    "convnext_tiny": TorchvisionFacts(768, 32, 224, 107, "features", "convnext_tiny-983f1562.pth"),
    "densenet121": TorchvisionFacts(1024, 32, 224, 27, "relu", "densenet121-a639ec97.pth"),
    "densenet161": TorchvisionFacts(2208, 32, 224, 102, "relu", "densenet161-8d451a50.pth"),
    "densenet169": TorchvisionFacts(1664, 32, 224, 49, "relu", "densenet169-b2777c0a.pth"),
    "densenet201": TorchvisionFacts(1920, 32, 224, 70, "relu", "densenet201-c1103571.pth"),
    "efficientnet_b0": TorchvisionFacts(1280, 32, 224, 16, "features", "efficientnet_b0_rwightman-7f5810bc.pth"),
    "efficientnet_b1": TorchvisionFacts(
        1280, 32, 240, 26, "features", "efficientnet_b1-c27df63c.pth", older="efficientnet_b1_rwightman-bac287d4.pth"
    ),
    "efficientnet_b2": TorchvisionFacts(1408, 32, 288, 30, "features", "efficientnet_b2_rwightman-c35c1473.pth"),
    "efficientnet_b3": TorchvisionFacts(1536, 32, 300, 42, "features", "efficientnet_b3_rwightman-b3899882.pth"),
    "efficientnet_b4": TorchvisionFacts(1792, 32, 380, 68, "features", "efficientnet_b4_rwightman-23ab8bcd.pth"),
    "efficientnet_b5": TorchvisionFacts(2048, 32, 456, 109, "features", "efficientnet_b5_lukemelas-1a07897c.pth"),
    "efficientnet_b6": TorchvisionFacts(2304, 32, 528, 157, "features", "efficientnet_b6_lukemelas-24a108a5.pth"),
    "efficientnet_b7": TorchvisionFacts(2560, 32, 600, 245, "features", "efficientnet_b7_lukemelas-c5b4e57e.pth"),
    "efficientnet_v2_l": TorchvisionFacts(
        1280, 32, 480, 450, "features", "efficientnet_v2_l-59c71312.pth", mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)
    ),
    "efficientnet_v2_m": TorchvisionFacts(1280, 32, 480, 203, "features", "efficientnet_v2_m-dc08266a.pth"),
    "efficientnet_v2_s": TorchvisionFacts(1280, 32, 384, 78, "features", "efficientnet_v2_s-dd5fe13b.pth"),
    "googlenet": TorchvisionFacts(1024, 32, 224, 22, "inception5b", "googlenet-1378be20.pth"),
    "inception_v3": TorchvisionFacts(
        2048, 32, 299, 84, "Mixed_7c", "inception_v3_google-0cc3c7bd.pth", sides=(96, 1073741824)
    ),
    "mnasnet0_5": TorchvisionFacts(1280, 32, 224, 4, "layers", "mnasnet0.5_top1_67.823-3ffadce67e.pth"),
    "mnasnet0_75": TorchvisionFacts(1280, 32, 224, 8, "layers", "mnasnet0_75-7090bc5f.pth"),
    "mnasnet1_0": TorchvisionFacts(1280, 32, 224, 12, "layers", "mnasnet1.0_top1_73.512-f206786ef8.pth"),
    "mnasnet1_3": TorchvisionFacts(1280, 32, 224, 20, "layers", "mnasnet1_3-a4c69d6f.pth"),
    "mobilenet_v2": TorchvisionFacts(
        1280, 32, 224, 9, "features", "mobilenet_v2-7ebf99e0.pth", older="mobilenet_v2-b0353104.pth"
    ),
    "mobilenet_v3_large": TorchvisionFacts(
        960, 32, 224, 12, "features", "mobilenet_v3_large-5c1a4163.pth", older="mobilenet_v3_large-8738ca79.pth"
    ),
    "mobilenet_v3_small": TorchvisionFacts(576, 32, 224, 4, "features", "mobilenet_v3_small-047dcff4.pth"),
    "regnet_x_16gf": TorchvisionFacts(
        2048, 32, 224, 200, "trunk_output", "regnet_x_16gf-ba3796d7.pth", older="regnet_x_16gf-2007eb11.pth"
    ),
    "regnet_x_1_6gf": TorchvisionFacts(
        912, 32, 224, 32, "trunk_output", "regnet_x_1_6gf-a12f2b72.pth", older="regnet_x_1_6gf-e3633e7f.pth"
    ),
    "regnet_x_32gf": TorchvisionFacts(
        2520, 32, 224, 403, "trunk_output", "regnet_x_32gf-6eb8fdc6.pth", older="regnet_x_32gf-9d47f8d0.pth"
    ),
    "regnet_x_3_2gf": TorchvisionFacts(
        1008, 32, 224, 55, "trunk_output", "regnet_x_3_2gf-7071aa85.pth", older="regnet_x_3_2gf-f342aeae.pth"
    ),
    "regnet_x_400mf": TorchvisionFacts(
        400, 32, 224, 20, "trunk_output", "regnet_x_400mf-62229a5f.pth", older="regnet_x_400mf-adf1edd5.pth"
    ),
    "regnet_x_800mf": TorchvisionFacts(
        672, 32, 224, 26, "trunk_output", "regnet_x_800mf-94a99ebd.pth", older="regnet_x_800mf-ad17e45c.pth"
    ),
    "regnet_x_8gf": TorchvisionFacts(
        1920, 32, 224, 144, "trunk_output", "regnet_x_8gf-2b70d774.pth", older="regnet_x_8gf-03ceed89.pth"
    ),
    "regnet_y_128gf": TorchvisionFacts(
        7392,
        32,
        384,
        2434,
        "trunk_output",
        "regnet_y_128gf_swag-c8ce3e52.pth",
        licence="https://github.com/facebookresearch/SWAG/blob/main/LICENSE",
    ),
    "regnet_y_16gf": TorchvisionFacts(
        3024, 32, 224, 308, "trunk_output", "regnet_y_16gf-3e4a00f9.pth", older="regnet_y_16gf-9e6ed7dd.pth"
    ),
    "regnet_y_1_6gf": TorchvisionFacts(
        888, 32, 224, 40, "trunk_output", "regnet_y_1_6gf-0d7bc02a.pth", older="regnet_y_1_6gf-b11a554e.pth"
    ),
    "regnet_y_32gf": TorchvisionFacts(
        3712, 32, 224, 540, "trunk_output", "regnet_y_32gf-8db6d4b5.pth", older="regnet_y_32gf-4dee3f7a.pth"
    ),
    "regnet_y_3_2gf": TorchvisionFacts(
        1512, 32, 224, 69, "trunk_output", "regnet_y_3_2gf-9180c971.pth", older="regnet_y_3_2gf-b5a9779c.pth"
    ),
    "regnet_y_400mf": TorchvisionFacts(
        440, 32, 224, 15, "trunk_output", "regnet_y_400mf-e6988f5f.pth", older="regnet_y_400mf-c65dace8.pth"
    ),
    "regnet_y_800mf": TorchvisionFacts(
        784, 32, 224, 22, "trunk_output", "regnet_y_800mf-58fc7688.pth", older="regnet_y_800mf-1b27b58c.pth"
    ),
    "regnet_y_8gf": TorchvisionFacts(
        2016, 32, 224, 143, "trunk_output", "regnet_y_8gf-dc2b1b54.pth", older="regnet_y_8gf-d0d0e4a8.pth"
    ),
    "resnet101": TorchvisionFacts(
        2048, 32, 224, 163, "layer4", "resnet101-cd907fc2.pth", older="resnet101-63fe2227.pth"
    ),
    "resnet152": TorchvisionFacts(
        2048, 32, 224, 223, "layer4", "resnet152-f82ba261.pth", older="resnet152-394f9c45.pth"
    ),
    "resnet18": TorchvisionFacts(512, 32, 224, 43, "layer4", "resnet18-f37072fd.pth"),
    "resnet34": TorchvisionFacts(512, 32, 224, 82, "layer4", "resnet34-b627a593.pth"),
    "resnet50": TorchvisionFacts(2048, 32, 224, 90, "layer4", "resnet50-11ad3fa6.pth", older="resnet50-0676ba61.pth"),
    "resnext101_32x8d": TorchvisionFacts(
        2048, 32, 224, 332, "layer4", "resnext101_32x8d-110c445d.pth", older="resnext101_32x8d-8ba56ff5.pth"
    ),
    "resnext101_64x4d": TorchvisionFacts(2048, 32, 224, 312, "layer4", "resnext101_64x4d-173b62eb.pth"),
    "resnext50_32x4d": TorchvisionFacts(
        2048, 32, 224, 88, "layer4", "resnext50_32x4d-1a0047aa.pth", older="resnext50_32x4d-7cdf4587.pth"
    ),
    "shufflenet_v2_x0_5": TorchvisionFacts(1024, 32, 224, 2, "conv5", "shufflenetv2_x0.5-f707e7126e.pth"),
    "shufflenet_v2_x1_0": TorchvisionFacts(1024, 32, 224, 5, "conv5", "shufflenetv2_x1-5666bf0f80.pth"),
    "shufflenet_v2_x1_5": TorchvisionFacts(1024, 32, 224, 10, "conv5", "shufflenetv2_x1_5-3c479a10.pth"),
    "shufflenet_v2_x2_0": TorchvisionFacts(2048, 32, 224, 21, "conv5", "shufflenetv2_x2_0-8be3c8ee.pth"),
    "squeezenet1_0": TorchvisionFacts(512, 16, 224, 3, "features", "squeezenet1_0-b66bff10.pth"),
    "squeezenet1_1": TorchvisionFacts(512, 16, 224, 3, "features", "squeezenet1_1-b8a52dc0.pth"),
    "swin_b": TorchvisionFacts(1024, 32, 224, 332, "permute", "swin_b-68c6b09e.pth"),
    "swin_s": TorchvisionFacts(768, 32, 224, 187, "permute", "swin_s-5e29d889.pth"),
    "swin_t": TorchvisionFacts(768, 32, 224, 106, "permute", "swin_t-704ceda3.pth"),
    "swin_v2_b": TorchvisionFacts(1024, 32, 256, 333, "permute", "swin_v2_b-781e5279.pth"),
    "swin_v2_s": TorchvisionFacts(768, 32, 256, 188, "permute", "swin_v2_s-637d8ceb.pth"),
    "swin_v2_t": TorchvisionFacts(768, 32, 256, 106, "permute", "swin_v2_t-b137f0e2.pth"),
    "vgg11": TorchvisionFacts(512, 32, 224, 36, "features", "vgg11-8a719046.pth"),
    "vgg11_bn": TorchvisionFacts(512, 32, 224, 36, "features", "vgg11_bn-6002323d.pth"),
    "vgg13": TorchvisionFacts(512, 32, 224, 36, "features", "vgg13-19584684.pth"),
    "vgg13_bn": TorchvisionFacts(512, 32, 224, 36, "features", "vgg13_bn-abd245e5.pth"),
    "vgg16": TorchvisionFacts(512, 32, 224, 57, "features", "vgg16-397923af.pth"),
    "vgg16_bn": TorchvisionFacts(512, 32, 224, 57, "features", "vgg16_bn-6c64b313.pth"),
    "vgg19": TorchvisionFacts(512, 32, 224, 77, "features", "vgg19-dcbb9e9d.pth"),
    "vgg19_bn": TorchvisionFacts(512, 32, 224, 77, "features", "vgg19_bn-c79401a0.pth"),
    "wide_resnet101_2": TorchvisionFacts(
        2048, 32, 224, 477, "layer4", "wide_resnet101_2-d733dc28.pth", older="wide_resnet101_2-32ee1156.pth"
    ),
    "wide_resnet50_2": TorchvisionFacts(
        2048, 32, 224, 256, "layer4", "wide_resnet50_2-9ba9bcbe.pth", older="wide_resnet50_2-95faca4d.pth"
    ),
}
